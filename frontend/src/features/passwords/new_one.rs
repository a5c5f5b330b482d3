//! The form of a mailed link that sets a new password: one field. All sessions end with it.

use super::api;
use crate::{
    api::{Failure, fresh},
    blocks::error_notice::ErrorNotice,
    state::{announce, form::Form, session, unsaved, words},
    ui::{
        button::{Button, Look},
        field::TextField,
        strength::NewPassword,
    },
};
use guildhall_shared::{Code, take_back::TakenBack};
use leptos::{prelude::*, task::spawn_local};

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
        if let Ok(mailed) = api::mailed_link(link).await {
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
                fresh::changed();
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
            <ErrorNotice failure=form.failure />
            // For the password manager, which keeps a password by its email. There from the start: nothing may
            // move below a pointer when the email comes.
            <TextField label="Email" name="email" kind="email" autocomplete="username" value=email readonly=true />
            <NewPassword label="New password" value=new refused=form.refusal("password") own=own autofocus=true />
            <Button look=Look::Primary submit=true full=true busy=form.busy>{verb}</Button>
        </form>
    }
}
