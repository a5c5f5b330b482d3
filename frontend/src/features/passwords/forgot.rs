//! A forgotten password: asks for a mail with a link. What it says is the same for an address that nobody has.

use super::api;
use crate::{
    blocks::{column::Column, error_notice::ErrorNotice},
    browser, link,
    state::{again::Again, form::Form, fragment},
    ui::{
        button::{Button, Look},
        field::TextField,
    },
};
use guildhall_shared::Email;
use leptos::prelude::*;

#[component]
pub fn ForgotPassword() -> impl IntoView {
    let sent = RwSignal::new(None::<String>);
    let next = fragment::next();
    let title = Signal::derive(move || {
        if sent.read().is_some() { "Check your email" } else { "Reset your password" }.to_owned()
    });
    view! {
        <Column title=title>
            {move || match sent.get() {
                Some(email) => view! { <Sent email=email sent=sent /> }.into_any(),
                None => view! { <Ask sent=sent /> }.into_any(),
            }}
            <p class="aside"><a href=move || link::sign_in(&next.get())>"Back to sign in"</a></p>
        </Column>
    }
}

#[component]
fn Ask(sent: RwSignal<Option<String>>) -> impl IntoView {
    let form = Form::new(&["email"]);
    let email = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = email.get_untracked().trim().to_owned();
        if form.check([("email", Email::parse(&text).err())]) {
            form.send(api::request_reset(text.clone()), move |()| sent.set(Some(text)));
        }
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <ErrorNotice failure=form.failure />
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=email
                refused=form.refusal("email")
                help="We'll email you a link to choose a new password."
                autofocus=true
            />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Send the link"</Button>
        </form>
    }
}

#[component]
fn Sent(email: String, sent: RwSignal<Option<String>>) -> impl IntoView {
    let other = move |_| {
        sent.set(None);
        browser::rescue_focus();
    };
    let again = Again::new();
    // The first one is on its way.
    again.wait();
    let address = email.clone();
    let resend = move |_| again.send(api::request_reset(address.clone()));
    view! {
        <p>
            "If there is an account with " <strong>{email}</strong>
            ", we've emailed you a link. The link works once and expires in an hour."
        </p>
        <ErrorNotice failure=again.form.failure />
        <div class="button-row">
            <Button busy=again.form.busy refused=again.sent on_click=resend>"Send again"</Button>
        </div>
        <p class="aside">
            "Nothing there after a few minutes? Look into the spam folder, or "
            <button class="text-button" type="button" on:click=other>"try another address"</button> "."
        </p>
        <p class="aside">
            "After several requests in an hour we lock password sign-in for a day and email you a link to unlock it."
        </p>
    }
}
