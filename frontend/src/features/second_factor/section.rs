//! The authenticator app and the recovery codes among the account's security.

use crate::{
    link,
    state::{
        query::{Load, Query},
        ticking,
    },
    ui::{
        badge::Badge,
        button::ButtonLink,
        notice::{Notice, Tone},
        time::Ago,
    },
};
use guildhall_shared::second_factor::{RECOVERY_CODES, RECOVERY_CODES_FEW, SecondFactor};
use leptos::prelude::*;

/// What is known of the second factors; `None` before it is here.
fn known<T: Send + Sync + PartialEq + 'static>(
    factor: Query<SecondFactor>,
    what: impl Fn(&SecondFactor) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| match &*factor.load.read() {
        Load::Ready(now) => Some(what(now)),
        Load::Waiting | Load::Failed(_) => None,
    })
}

#[component]
pub fn App(factor: Query<SecondFactor>) -> impl IntoView {
    let now = ticking::now();
    let since = known(factor, |factor| factor.dt_totp_enabled);
    move || {
        since.get().map(|since| match since {
            Some(at) => view! {
                <div class="beside">
                    <p><Badge text="On" strong=true /> " Turned on " <Ago at=at now=now /></p>
                    <ButtonLink label="Turn off" href=Signal::stored(link::TOTP_OFF.to_owned()) />
                </div>
            }
            .into_any(),
            None => view! {
                <p class="purpose">
                    "Require a code from your phone when you sign in with a password."
                </p>
                <div class="beside">
                    <p><Badge text="Off" /></p>
                    <ButtonLink label="Set up" href=Signal::stored(link::TOTP_NEW.to_owned()) />
                </div>
            }
            .into_any(),
        })
    }
}

#[component]
pub fn Codes(factor: Query<SecondFactor>) -> impl IntoView {
    let now = ticking::now();
    let codes = known(factor, |factor| (factor.recovery_codes_left, factor.dt_recovery_codes_made));
    move || {
        codes.get().map(|(left, made)| {
            let few = (left <= RECOVERY_CODES_FEW).then(|| {
                let words = match left {
                    0 => "No recovery codes left. Generate new ones so that you can sign in without your phone.",
                    _ => "Few recovery codes left. Generate new ones before they run out.",
                };
                view! { <Notice tone=Tone::Warn>{words}</Notice> }
            });
            let made = made.map(|at| view! { ", made " <Ago at=at now=now /> });
            view! {
                {few}
                <div class="beside">
                    <p>{left} " of " {RECOVERY_CODES} " left" {made}</p>
                    <ButtonLink label="Generate new codes" href=Signal::stored(link::RECOVERY_CODES.to_owned()) />
                </div>
            }
        })
    }
}
