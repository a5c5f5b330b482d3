//! A new password for the account. Who it is asked of proves it by the old one, where that is long ago.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go, session, words},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::TextField,
        strength::NewPassword,
    },
};
use leptos::prelude::*;

#[component]
pub fn PasswordChange() -> impl IntoView {
    let safety = use_context::<Safety>();
    view! {
        <Dialog
            title=if has_password() { "Change password" } else { "Set a password" }
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(move || view! { <Inside safety=safety /> }.into_any())
        />
    }
}

/// Whether there is one that changes.
fn has_password() -> bool {
    session::session_now().is_none_or(|session| session.user.is_password_auth_enabled)
}

#[component]
fn Inside(safety: Option<Safety>) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["password"]);
    let new = RwSignal::new(String::new());
    let own = session::own_names();
    let had_password = has_password();
    let email = session::session_now().map(|session| session.user.email.clone()).unwrap_or_default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = new.get_untracked();
        let own = own.get_untracked();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        if !form.check([("password", words::refusal(&text, &own))]) {
            return;
        }
        form.send(api::account::change_password(text), move |()| {
            let done = if had_password { "changed" } else { "set" };
            announce::say(format!("Your password is {done}. All your other sessions have ended."));
            dialog.close();
            if let Some(safety) = safety {
                safety.ask_again();
            }
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">"You'll be signed out everywhere else. API keys keep working."</p>
            // For the password manager, which keeps a password with its address.
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=RwSignal::new(email)
                readonly=true
            />
            <NewPassword label="New password" value=new refused=form.refusal("password") own=own autofocus=true />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>
                    {if had_password { "Change password" } else { "Set password" }}
                </Button>
            </div>
        </form>
    }
}
