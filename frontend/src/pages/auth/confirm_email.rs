//! The page of the confirmation mail: a button, because mail scanners follow links, and a way out for
//! somebody who never signed up.

use crate::{
    api::{self, Failure},
    browser,
    layout::{column::Column, trouble::Trouble},
    link,
    state::{announce, form::Form, go, session, session::Who},
    ui::{
        button::{Button, Look},
        notice::{Notice, Tone},
    },
};
use guildhall_shared::Code;
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Ask,
    Confirmed,
    Denied,
}

#[component]
pub fn ConfirmEmail() -> impl IntoView {
    let token = StoredValue::new(browser::fragment_token());
    let step = RwSignal::new(Step::Ask);
    let title = Signal::derive(move || match step.get() {
        Step::Ask => "Confirm your email".to_owned(),
        Step::Confirmed => "Email confirmed".to_owned(),
        Step::Denied => "Thank you".to_owned(),
    });
    view! {
        <Column title=title>
            {move || match (token.get_value(), step.get()) {
                (None, _) => view! { <NoToken /> }.into_any(),
                (Some(token), Step::Ask) => view! { <Ask token=token step=step /> }.into_any(),
                (_, Step::Confirmed) => {
                    view! {
                        <p>"You can now make teams and API keys, and accept invitations."</p>
                        <a class="button primary" href=link::HOME>"Go to your workspace"</a>
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

#[component]
fn NoToken() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            "This link is incomplete. Open the one in our mail again, or copy the whole of it into the address bar."
        </Notice>
        <a class="button" href=link::HOME>"Go to your workspace"</a>
    }
}

#[component]
fn Ask(token: String, step: RwSignal<Step>) -> impl IntoView {
    let form = Form::new(&[]);
    let deny = Form::new(&[]);
    let token = StoredValue::new(token);
    let who = RwSignal::from(session::who());
    let sign_in = move || {
        let here = token.with_value(|token| link::confirm_email(token));
        link::sign_in(&here)
    };
    let confirm = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if matches!(who.get_untracked(), Who::Nobody) {
            return go::to(&sign_in());
        }
        form.send(
            async move {
                api::auth::confirm_email(token.get_value()).await?;
                session::load().await;
                Ok::<(), Failure>(())
            },
            move |()| {
                announce::say("Email confirmed");
                step.set(Step::Confirmed);
            },
        );
    };
    let was_not_me = move |_| {
        deny.send(api::auth::deny_email(token.get_value()), move |()| step.set(Step::Denied));
    };
    let over = move || {
        form.failure.read().as_ref().is_some_and(|failure| failure.is(Code::NotFound) || failure.is(Code::BadRequest))
    };
    view! {
        {move || match who.get() {
            Who::Person(session) => {
                view! { <p>"You are signed in as " <strong>{session.user.email.clone()}</strong> "."</p> }.into_any()
            }
            Who::Nobody => {
                view! { <p>"Sign in to the account that you created with this address, then confirm it."</p> }.into_any()
            }
            Who::Unknown | Who::Failed(_) => ().into_any(),
        }}
        <form class="form" novalidate node_ref=form.node on:submit=confirm>
            <Trouble failure=form.failure />
            {move || over().then(|| view! { <Resend /> })}
            <Button look=Look::Primary submit=true full=true busy=form.busy>
                {move || if matches!(who.get(), Who::Nobody) { "Sign in to confirm" } else { "Confirm this email" }}
            </Button>
        </form>
        <div>
            <p class="aside">
                "Did somebody else sign up with your address? "
                <button class="text-button" type="button" on:click=was_not_me>"This wasn't me"</button>
            </p>
            <Trouble failure=deny.failure />
        </div>
    }
}

/// A new mail, where the link is over.
#[component]
fn Resend() -> impl IntoView {
    let form = Form::new(&[]);
    let sent = RwSignal::new(false);
    let resend = move |_| form.send(api::auth::resend_confirmation(), move |()| sent.set(true));
    view! {
        <Trouble failure=form.failure />
        {move || {
            if sent.get() {
                view! { <Notice>"A new mail is on its way."</Notice> }.into_any()
            } else {
                view! { <Button busy=form.busy on_click=resend>"Send a new mail"</Button> }.into_any()
            }
        }}
    }
}
