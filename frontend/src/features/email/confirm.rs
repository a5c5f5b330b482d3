//! The page of the mail to a new address, of an account or of a change of it: a button, because mail
//! scanners follow links, and a way out for someone who asked for none of it.

use super::api;
use crate::{
    api::{Failure, call::Abort},
    blocks::{
        column::{Column, Incomplete},
        error_notice::ErrorNotice,
        mailed::mailed,
    },
    link,
    state::{
        again::Again,
        announce,
        follow::follow,
        form::Form,
        go,
        session::{self, Who},
    },
    ui::button::{Button, Look},
};
use guildhall_shared::Code;
use leptos::{prelude::*, task::spawn_local};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Ask,
    Confirmed,
    /// To this address.
    Changed(String),
    Denied,
}

#[component]
pub fn ConfirmEmail() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let step = RwSignal::new(Step::Ask);
    let title = Signal::derive(move || match step.get() {
        Step::Ask => "Confirm your email".to_owned(),
        Step::Confirmed => "Email confirmed".to_owned(),
        Step::Changed(_) => "Email changed".to_owned(),
        Step::Denied => "Thank you".to_owned(),
    });
    view! {
        <Column title=title>
            {move || match (token.clone(), step.get()) {
                (None, _) => view! { <Incomplete href=link::HOME label="Go to your workspace" /> }.into_any(),
                (Some(token), Step::Ask) => view! { <Ask token=token step=step /> }.into_any(),
                (_, Step::Confirmed) => {
                    view! {
                        <p>"You're all set. You can now create teams and API keys and join teams."</p>
                        <a class="button primary" href=link::HOME>"Go to your workspace"</a>
                    }
                        .into_any()
                }
                (_, Step::Changed(email)) => {
                    view! {
                        <p>"From now on you sign in with " <strong>{email}</strong> ", and our mail goes there."</p>
                        <a class="button primary" href=link::ACCOUNT_PROFILE>"Go to your profile"</a>
                    }
                        .into_any()
                }
                (_, Step::Denied) => {
                    view! {
                        <p>
                            "The account that used your address cannot confirm it any more. You need not do anything else."
                        </p>
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}

/// The address that someone signed in is changing to, once it is known.
fn pending() -> RwSignal<Option<String>> {
    let pending = RwSignal::new(None);
    let me = follow(|| session::session().map(|session| session.user.id));
    Effect::new(move |_| {
        if me.get().is_some() {
            spawn_local(async move {
                if let Ok(answer) = crate::api::account::get(Abort::new()).await {
                    pending.try_set(answer.value.pending_email);
                }
            });
        }
    });
    pending
}

#[component]
fn Ask(token: String, step: RwSignal<Step>) -> impl IntoView {
    let form = Form::new(&[]);
    let deny = Form::new(&[]);
    let token = StoredValue::new(token);
    let who = RwSignal::from(session::who());
    let pending = pending();
    let sign_in = move || {
        let here = token.with_value(|token| link::confirm_email(token));
        link::sign_in(&here)
    };
    let confirm = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if matches!(who.get_untracked(), Who::Nobody) {
            return go::to(&sign_in());
        }
        let before = session::session_now().map(|session| session.user.email.clone());
        form.send(
            async move {
                api::confirm(token.get_value()).await?;
                session::load().await;
                Ok::<(), Failure>(())
            },
            move |()| {
                let now = session::session_now().map(|session| session.user.email.clone());
                let changed = now.filter(|now| before.as_ref().is_some_and(|before| before != now));
                announce::say("Email confirmed");
                step.set(changed.map_or(Step::Confirmed, Step::Changed));
            },
        );
    };
    let was_not_me = move |_| {
        deny.send(api::deny(token.get_value()), move |()| step.set(Step::Denied));
    };
    let over = move || {
        form.failure.read().as_ref().is_some_and(|failure| failure.is(Code::NotFound) || failure.is(Code::BadRequest))
    };
    let words = move || match (who.get(), pending.get()) {
        (Who::Person(session), Some(new)) => view! {
            <p>
                "You are signed in as " <strong>{session.user.email.clone()}</strong> ", and want to change to "
                <strong>{new}</strong> "."
            </p>
        }
        .into_any(),
        (Who::Person(session), None) => {
            view! { <p>"You are signed in as " <strong>{session.user.email.clone()}</strong> "."</p> }.into_any()
        }
        (Who::Nobody, _) => view! { <p>"Sign in to confirm this email."</p> }.into_any(),
        (Who::Unknown | Who::Failed(_), _) => ().into_any(),
    };
    view! {
        {words}
        <form class="form" method="post" novalidate node_ref=form.node on:submit=confirm>
            <ErrorNotice failure=form.failure />
            {move || over().then(|| view! { <Resend pending=pending /> })}
            <Button look=Look::Primary submit=true full=true busy=form.busy>
                {move || if matches!(who.get(), Who::Nobody) { "Sign in to confirm" } else { "Confirm this email" }}
            </Button>
        </form>
        <div>
            <p class="aside">
                "Did somebody else give your address? "
                <button class="text-button" type="button" on:click=was_not_me>"This wasn't me"</button>
            </p>
            <ErrorNotice failure=deny.failure />
        </div>
    }
}

/// A new mail, where the link is over and something is still to be confirmed.
#[component]
fn Resend(pending: RwSignal<Option<String>>) -> impl IntoView {
    let again = Again::new();
    let unconfirmed = session::unconfirmed();
    let resend = move |_| {
        let new = pending.get_untracked();
        again.send(async move {
            match new {
                Some(new) => api::change(new).await,
                None => api::resend_confirmation().await,
            }
        });
    };
    view! {
        <ErrorNotice failure=again.form.failure />
        {move || {
            if unconfirmed.read().is_some() || pending.read().is_some() {
                view! { <Button busy=again.form.busy refused=again.sent on_click=resend>"Send a new mail"</Button> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}
