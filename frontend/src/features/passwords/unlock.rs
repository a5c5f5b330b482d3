//! The page of the mail that unlocks an account: a button, because mail scanners follow links.

use super::api;
use crate::{
    blocks::{
        column::{Column, Incomplete},
        error_notice::ErrorNotice,
        mailed::mailed,
    },
    link,
    state::{announce, form::Form},
    ui::button::{Button, Look},
};
use leptos::prelude::*;

#[component]
pub fn Unlock() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let done = RwSignal::new(false);
    let title = Signal::derive(move || if done.get() { "Unlocked" } else { "Unlock your account" }.to_owned());
    view! {
        <Column title=title>
            {move || match (token.clone(), done.get()) {
                (_, true) => view! { <Done /> }.into_any(),
                (None, false) => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                (Some(token), false) => view! { <Ask token=token done=done /> }.into_any(),
            }}
        </Column>
    }
}

#[component]
fn Ask(token: String, done: RwSignal<bool>) -> impl IntoView {
    let form = Form::new(&[]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.send(api::unlock(token.clone()), move |()| {
            announce::say("Unlocked");
            done.set(true);
        });
    };
    view! {
        <p>
            "Somebody tried several times to reset your password, so it was locked. Unlock it to sign in, or to ask for a new link."
        </p>
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <ErrorNotice failure=form.failure />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Unlock"</Button>
        </form>
        <p class="aside">"The lock ends by itself after a day."</p>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <p>"You can sign in with your password again. For a day, nobody's requests lock this address."</p>
        <div class="form">
            <a class="button primary" href=link::sign_in("")>"Sign in"</a>
            <a class="button" href=link::FORGOT_PASSWORD>"Reset your password"</a>
        </div>
    }
}
