//! The password among the account's security: since when, and the ways to change it.

use crate::{
    features::security::safety::Safety,
    link,
    state::{session, ticking},
    ui::{button::ButtonLink, time::Ago},
};
use leptos::prelude::*;

#[component]
pub fn Password(safety: Safety) -> impl IntoView {
    let Safety { own, passkeys, .. } = safety;
    let now = ticking::now();
    let stands = Memo::new(|_| session::session().is_none_or(|session| session.user.is_password_auth_enabled));
    let has_passkey = Memo::new(move |_| passkeys.rows().iter().any(|passkey| passkey.is_suspect.is_none()));
    let changed = Memo::new(move |_| own.get(|account| (account.dt_password_changed, account.dt_created)));
    let words = move || {
        changed.get().map(|(changed, created)| match changed {
            Some(at) => view! { "Changed " <Ago at=at now=now /> }.into_any(),
            None => view! { "Set when you signed up, " <Ago at=created now=now /> }.into_any(),
        })
    };
    let change = Signal::stored(link::PASSWORD_CHANGE.to_owned());
    move || {
        if !stands.get() {
            return view! {
                <div class="beside">
                    <p>"Your account has none: you sign in with a passkey."</p>
                    <ButtonLink label="Set a password" href=change />
                </div>
            }
            .into_any();
        }
        view! {
            <div class="beside">
                <p>{words}</p>
                <div class="button-row start">
                    <ButtonLink label="Change password" href=change />
                    {move || {
                        let href = Signal::stored(link::PASSWORD_REMOVE.to_owned());
                        has_passkey.get().then(|| view! { <ButtonLink label="Remove password" href=href /> })
                    }}
                </div>
            </div>
        }
        .into_any()
    }
}
