//! The page of the mail that resets a password: a new one, typed once. All sessions end with it.

use super::take_back::Taken;
use crate::{
    api::{self, Failure},
    layout::{
        column::{Column, Incomplete},
        mailed::mailed,
        trouble::Trouble,
    },
    link,
    state::{announce, form::Form, go, session, unsaved, words},
    ui::{
        button::{Button, Look},
        field::TextField,
        strength::NewPassword,
    },
};
use guildhall_shared::{Code, auth::PasswordReset, take_back::TakenBack};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn ResetPassword() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    let taken = RwSignal::new(None::<TakenBack>);
    let title = Signal::derive(move || {
        if taken.read().is_some() { "Your password is changed" } else { "Choose a new password" }.to_owned()
    });
    let done = move |done: TakenBack| {
        if done.removed.is_empty() && done.restored.is_empty() {
            go::instead(&link::sign_in_after("reset"));
        } else {
            taken.set(Some(done));
        }
    };
    view! {
        <Column title=title>
            {move || match (taken.get(), token.clone()) {
                (Some(taken), _) => view! { <Taken taken=taken /> }.into_any(),
                (None, None) => {
                    view! { <Incomplete href=link::FORGOT_PASSWORD label="Ask for a new link" /> }.into_any()
                }
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| api::auth::reset_password(PasswordReset { token: token.clone(), password });
                    view! {
                        <p class="purpose">
                            "You'll be signed out everywhere. Passkeys, second factors, SSH keys and API keys from the last 7 days are removed, and those you removed in that time come back."
                        </p>
                        <NewOne link=link verb="Set password" over=over send=send on_done=done />
                        {move || {
                            over.get().then(|| view! { <a class="button" href=link::FORGOT_PASSWORD>"Ask for a new link"</a> })
                        }}
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}

/// The form with one new password.
#[component]
pub fn NewOne<F>(
    /// The token of the link that leads here.
    link: String,
    verb: &'static str,
    /// Set where the link is used or out of date.
    over: RwSignal<bool>,
    send: impl Fn(String) -> F + Send + 'static,
    /// What comes of it.
    on_done: impl Fn(TakenBack) + Copy + Send + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<TakenBack, Failure>> + 'static,
{
    let form = Form::new(&["password"]);
    let new = RwSignal::new(String::new());
    let own = session::own_names();
    let email = RwSignal::new(String::new());
    spawn_local(async move {
        // Where the link is over, sending says so.
        if let Ok(mailed) = api::auth::mailed_link(link).await {
            email.try_set(mailed.email);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = new.get_untracked();
        if !form.check([("password", words::refusal(&text, &[]))]) {
            return;
        }
        let call = send(text);
        form.send(
            async move {
                let taken = call.await?;
                // Whoever was signed in here is not any more, which the replica may not know yet.
                api::fresh::changed();
                session::load().await;
                Ok::<TakenBack, Failure>(taken)
            },
            move |taken| {
                unsaved::forget();
                session::tell();
                announce::say("Your password is changed");
                on_done(taken);
            },
        );
    };
    Effect::new(move |_| {
        let refused = form.failure.read().as_ref().is_some_and(|failure| failure.is(Code::BadRequest));
        over.set(refused);
    });
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <Trouble failure=form.failure />
            // For the password manager, which keeps a password by its email. There from the start: nothing may
            // move below a pointer when the email comes.
            <TextField label="Email" name="email" kind="email" autocomplete="username" value=email readonly=true />
            <NewPassword label="New password" value=new refused=form.refusal("password") own=own autofocus=true />
            <Button look=Look::Primary submit=true full=true busy=form.busy>{verb}</Button>
        </form>
    }
}
