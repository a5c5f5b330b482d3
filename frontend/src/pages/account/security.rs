//! Account settings, Security: the password, second factors, and the log of what happened to the account.

use super::{Own, PLACE, device_and_place, passkeys::Passkeys};
use crate::{
    api::{self, call::Abort},
    layout::{listed::Listed, loaded::loaded, page::Page},
    link,
    state::{
        query::{Load, Query},
        resource_list::{Resource, ResourceList, row_key},
        session, ticking,
    },
    ui::{
        badge::{Badge, Flag},
        button::{Button, ButtonLink},
        empty::NothingYet,
        notice::{Notice, Tone},
        skeleton::FormSkeleton,
        table::{Column, Table, Width},
        time::Ago,
    },
};
use guildhall_shared::{
    PasskeyId,
    passkey::Passkey,
    second_factor::{RECOVERY_CODES, RECOVERY_CODES_FEW, SecondFactor},
    security_log::SecurityEvent,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Outlet;
use std::sync::Arc;

/// What this page shows, shared with its forms.
#[derive(Clone, Copy)]
pub struct Safety {
    own: Own,
    factor: Query<SecondFactor>,
    pub passkeys: ResourceList<Passkey>,
    log: ResourceList<SecurityEvent>,
}

impl Resource for Passkey {
    type Key = PasskeyId;

    fn key(&self) -> PasskeyId {
        self.id
    }
}

impl Resource for SecurityEvent {
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }
}

impl Safety {
    fn new() -> Self {
        Self {
            own: Own::new(),
            factor: Query::new(|| (), |(), abort| api::second_factor::get(abort)),
            passkeys: ResourceList::whole(api::passkey::list),
            log: ResourceList::new(|| (), false, |(), _, abort| async move { api::security_log::list(&abort).await }),
        }
    }

    /// What the page below shows.
    pub fn around() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// After a change to this passkey.
    pub fn ask_again_after(self, passkey: &Passkey) {
        self.passkeys.mark(passkey);
        self.ask_again();
    }

    /// After a change that they tell of; the session, too, says what one signs in with.
    pub fn ask_again(self) {
        spawn_local(session::load());
        self.own.0.ask_again();
        self.factor.ask_again();
        self.passkeys.ask_again();
        self.log.ask_again();
    }
}

#[component]
pub fn Security() -> impl IntoView {
    let safety = Safety::new();
    provide_context(safety);
    let Safety { own, factor, log, .. } = safety;
    let has_factor = Memo::new(move |_| matches!(&*factor.load.read(), Load::Ready(now) if !now.methods.is_empty()));
    view! {
        <Page title="Security" place=PLACE purpose="How you sign in, and what happened to your account." wide=true>
            <section aria-labelledby="password">
                <h2 id="password">"Password"</h2>
                {loaded(
                    own.0.load,
                    PLACE,
                    move || own.0.ask_again(),
                    || view! { <FormSkeleton fields=1 /> }.into_any(),
                    move || view! { <Password safety=safety /> }.into_any(),
                )}
            </section>
            <Passkeys safety=safety />
            <section aria-labelledby="factor">
                <h2 id="factor">"Authenticator app"</h2>
                {loaded(
                    factor.load,
                    "Your second factors",
                    move || factor.ask_again(),
                    || view! { <FormSkeleton fields=1 /> }.into_any(),
                    move || view! { <App factor=factor /> }.into_any(),
                )}
            </section>
            {move || {
                has_factor
                    .get()
                    .then(|| {
                        view! {
                            <section aria-labelledby="codes">
                                <h2 id="codes">"Recovery codes"</h2>
                                <Codes factor=factor />
                            </section>
                        }
                    })
            }}
            <section aria-labelledby="log">
                <h2 id="log">"Security log"</h2>
                <p class="purpose">
                    "Sign-ins, failures, and changes to your password, second factors, email and keys. What matters is mailed to you too. Where you do not know a line, change your password and end your other "
                    <a href=link::SESSIONS>"sessions"</a> "."
                </p>
                <Log log=log />
            </section>
        </Page>
        <Outlet />
    }
}

#[component]
fn Password(safety: Safety) -> impl IntoView {
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
fn App(factor: Query<SecondFactor>) -> impl IntoView {
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
fn Codes(factor: Query<SecondFactor>) -> impl IntoView {
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

#[component]
fn Log(log: ResourceList<SecurityEvent>) -> impl IntoView {
    let empty = || view! { <NothingYet title="Nothing yet" sentence="Your next sign-in appears here." /> };
    let more = move || {
        let older = move |_| log.more(|next| async move { api::security_log::page(&next, &Abort::new()).await });
        log.next
            .read()
            .is_some()
            .then(|| view! { <div class="more"><Button busy=log.busy on_click=older>"Show older"</Button></div> })
    };
    view! {
        <Listed list=log what="The security log" rows=6 empty=empty>
            {table(log)}
        </Listed>
        {more}
    }
}

fn table(log: ResourceList<SecurityEvent>) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("What", |event: &Arc<SecurityEvent>| {
            let sentence = event.action.sentence();
            let warning = event.action.is_warning().then(|| {
                view! { <Flag /> " " }
            });
            let detail = event.detail.clone().map(|detail| view! { " " <bdi class="muted">{detail}</bdi> });
            let times = (event.count > 1).then(|| format!("{} times", event.count));
            let counted = times.clone().map(|times| view! { " " <Badge text=times /> });
            let whole = [Some(sentence.to_owned()), event.detail.clone(), times].into_iter().flatten();
            let whole = whole.collect::<Vec<_>>().join(" ");
            view! { <span title=whole>{warning} {sentence} {detail} {counted}</span> }.into_any()
        })
        .class("wrap")
        .width(Width::Share(42, 230)),
        Column::new("Device and place", |event: &Arc<SecurityEvent>| {
            let from = device_and_place(&event.device, &event.place);
            view! { <span title=from.clone()>{from.clone()}</span> }.into_any()
        })
        .class("second")
        .width(Width::Rest(150)),
        Column::new("Address", |event: &Arc<SecurityEvent>| {
            view! { <span title=event.address.clone()>{event.address.clone()}</span> }.into_any()
        })
        .width(Width::Just(136))
        .leaves(1),
        Column::new("When", move |event: &Arc<SecurityEvent>| view! { <Ago at=event.dt_created now=now /> }.into_any())
            .class("third")
            .width(Width::Just(120)),
    ];
    view! {
        <Table
            label="Security log"
            columns=columns
            rows=Signal::derive(move || log.rows())
            key=row_key
        />
    }
}
