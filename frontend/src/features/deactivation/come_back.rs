//! After leaving: until when one may come back, and the page of the mail that brings one back. A button
//! does it, because mail scanners follow links.

use super::api;
use crate::{
    blocks::{
        column::{Column, Incomplete},
        error_notice::ErrorNotice,
        mailed::mailed,
    },
    clock, link,
    state::{announce, form::Form},
    ui::button::{Button, Look},
};
use guildhall_shared::Timestamp;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Where one lands who has just left.
#[component]
pub fn Deactivated() -> impl IntoView {
    let until = use_query_map().read_untracked().get("until").and_then(|until| until.parse::<Timestamp>().ok());
    let until = until.map_or_else(|| "14 days have passed".to_owned(), clock::exact);
    view! {
        <Column title="Your account is deactivated">
            <p>
                "Until " <strong>{until}</strong>
                " you can come back: open the link that we have mailed to you. Your teams and their secrets are as they were. API keys have ended and do not come back."
            </p>
            <p>"After that, your account and what it held is erased for good."</p>
            <p class="aside">
                "Lost the mail? " <a href=link::FORGOT_PASSWORD>"Ask for a new password"</a>
                ", and we mail the link again."
            </p>
        </Column>
    }
}

#[component]
pub fn ComeBack() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let done = RwSignal::new(false);
    let title = Signal::derive(move || if done.get() { "Welcome back" } else { "Restore account" }.to_owned());
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
        form.send(api::come_back(token.clone()), move |()| {
            announce::say("Your account is back");
            done.set(true);
        });
    };
    view! {
        <p>
            "Your account is deactivated. Restore it to get your teams and their secrets back. Your API keys stay revoked."
        </p>
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <ErrorNotice failure=form.failure />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Restore account"</Button>
        </form>
        <p class="aside">"If you didn't deactivate it, choose a new password right after."</p>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <p>"Your account is as it was. Sign in, and make new API keys where programs need them."</p>
        <div class="form">
            <a class="button primary" href=link::sign_in("")>"Sign in"</a>
            <a class="button" href=link::FORGOT_PASSWORD>"Reset your password"</a>
        </div>
    }
}
