//! Sign-in, in two steps where a second factor is on. Afterwards one lands on the page first asked for.

use super::{
    api::{self, Entered},
    code::{Outcome, SecondStep},
    passkey::ByPasskey,
};
use crate::{
    api::Failure,
    blocks::{column::Column, error_notice::ErrorNotice},
    browser,
    features::second_factor::way::Way,
    link,
    state::{
        form::Form,
        fragment::{self, Next},
        go, session,
    },
    ui::{
        button::{Button, Look},
        field::{PasswordField, TextField},
        notice::{Notice, Tone},
    },
};
use guildhall_shared::{Email, Issue, auth, second_factor::Challenge, session::Session};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What both steps know of.
#[derive(Clone, Copy)]
struct Entry {
    email: RwSignal<String>,
    password: RwSignal<String>,
    challenge: RwSignal<Option<Challenge>>,
    /// How the second step is answered.
    chosen: RwSignal<Way>,
    /// Whether the second step has an entry of its own in the browser's history, on top of the first one's.
    pushed: RwSignal<bool>,
    /// Why the second step led back.
    back: RwSignal<Option<Failure>>,
    /// Set where the browser did not keep the cookie.
    cookieless: RwSignal<bool>,
}

impl Entry {
    fn new() -> Self {
        Self {
            email: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
            challenge: RwSignal::new(None),
            chosen: RwSignal::new(Way::Password),
            pushed: RwSignal::new(false),
            back: RwSignal::new(None),
            cookieless: RwSignal::new(false),
        }
    }

    /// On to the second step, which Back undoes.
    fn ask_more(self, challenge: Challenge, next: &str, is_there: bool) {
        self.chosen.set(Way::of_methods(&challenge.methods).first().copied().unwrap_or(Way::Password));
        self.challenge.set(Some(challenge));
        self.pushed.set(!is_there);
        if !is_there {
            go::to(&link::sign_in_code(next));
        }
    }

    fn to_first_step(self, next: &str) {
        self.challenge.set(None);
        if self.pushed.get_untracked() {
            browser::back();
        } else {
            go::instead(&link::sign_in(next));
        }
    }

    fn arrive(self, session: Option<Session>, next: &str) {
        match session {
            Some(session) => {
                session::enter(session, next);
            }
            None => self.cookieless.set(true),
        }
    }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let next = fragment::next();
    let entry = Entry::new();
    let is_second = move || query.read().get("step").is_some();
    let second = Memo::new(move |_| if is_second() { entry.challenge.get() } else { None });
    // Someone who is signed in already has nothing to do here.
    let already = session::who();
    Effect::new(move |_| {
        if matches!(already.get(), session::Who::Person(_)) {
            go::instead(&next.now());
        }
    });
    let title =
        Signal::derive(move || if second.read().is_some() { entry.chosen.get().title() } else { "Sign in" }.to_owned());
    let done = move |outcome| match outcome {
        Outcome::In(session) => entry.arrive(session, &next.now()),
        Outcome::Back(failure) => {
            entry.back.set(Some(failure));
            entry.to_first_step(&next.now());
        }
    };
    view! {
        <Column title=title>
            {move || {
                entry
                    .cookieless
                    .get()
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Danger>
                                "Your browser refused the cookie that keeps you signed in. Allow cookies for this site, then sign in again. On plain http, use http://localhost in Chromium or Firefox."
                            </Notice>
                        }
                    })
            }}
            {move || match second.get() {
                Some(challenge) => view! {
                    <SecondStep
                        challenge=challenge
                        chosen=entry.chosen
                        on_done=done
                        on_back=move |()| entry.to_first_step(&next.now())
                    />
                }
                .into_any(),
                None => view! { <FirstStep entry=entry next=next /> }.into_any(),
            }}
        </Column>
    }
}

#[component]
fn FirstStep(entry: Entry, next: Next) -> impl IntoView {
    let query = use_query_map();
    let form = Form::new(&["email", "password"]);
    // The second step may have led back.
    form.failure.set(entry.back.get_untracked());
    let Entry { email, password, .. } = entry;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        entry.cookieless.set(false);
        entry.back.set(None);
        let (mail, pass) = (email.get_untracked(), password.get_untracked());
        let checks = [
            ("email", Email::parse(&mail).err()),
            ("password", pass.is_empty().then(|| Issue::new("Enter your password."))),
        ];
        if !form.check(checks) {
            return;
        }
        let body = auth::SignIn { email: mail.trim().to_owned(), password: pass };
        let (next, is_there) = (next.now(), query.read_untracked().get("step").is_some());
        form.send(
            async move {
                match api::sign_in(body).await? {
                    Entered::Session(_) => crate::api::session::get().await.map(Ok),
                    Entered::Challenge(challenge) => Ok(Err(challenge)),
                }
            },
            move |entered| match entered {
                Ok(session) => entry.arrive(session, &next),
                Err(challenge) => entry.ask_more(challenge, &next, is_there),
            },
        );
    };
    let has_passkeys = browser::has_passkeys();
    let done = move |session| entry.arrive(session, &next.now());
    // What led here, and is done.
    let after = move || match query.read().get("after").as_deref() {
        Some("reset") => Some("Your password is changed. Sign in with the new one."),
        _ => None,
    };
    view! {
        {move || after().map(|sentence| view! { <Notice>{sentence}</Notice> })}
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <ErrorNotice failure=form.failure />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete=if has_passkeys { "username webauthn" } else { "username" }
                value=email
                refused=form.refusal("email")
                autofocus=true
            />
            <PasswordField
                label="Password"
                name="password"
                autocomplete="current-password"
                value=password
                refused=form.refusal("password")
            />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Sign in"</Button>
            {has_passkeys.then(|| view! { <ByPasskey form=form on_done=done /> })}
        </form>
        <p class="aside"><a href=move || link::forgot_password(&next.get())>"Forgot your password?"</a></p>
        <p class="aside">"New here? " <a href=move || link::sign_up(&next.get())>"Create an account"</a></p>
    }
}
