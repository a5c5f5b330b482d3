//! The dialog that asks a person to prove who they are, in the middle of what they were doing.

use super::trouble::Trouble;
use crate::{
    api, parts,
    state::{
        announce,
        form::Form,
        prompt::{self, Proof},
        session,
    },
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::{PasswordField, TextField},
    },
};
use guildhall_shared::{Issue, auth::SignIn};
use leptos::prelude::*;

#[component]
pub fn ProofDialog() -> impl IntoView {
    let open = RwSignal::from(prompt::open());
    move || open.get().map(|_| parts::proof())
}

#[component]
pub fn Prove() -> impl IntoView {
    let open = RwSignal::from(prompt::open());
    move || {
        open.get().map(|proof| {
            let title = match proof {
                Proof::Password => "Enter your password",
                Proof::SignIn => "Sign in again",
            };
            let inside = move || view! { <Ask proof=proof /> }.into_any();
            view! {
                <Dialog title=title on_close=move |()| prompt::answer(false) children=ToChildren::to_children(inside) />
            }
        })
    }
}

#[component]
fn Ask(proof: Proof) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["password"]);
    let password = RwSignal::new(String::new());
    let email = session::session_now().map(|session| session.user.email.clone()).unwrap_or_default();
    let email = RwSignal::new(email);
    let sentence = match proof {
        Proof::Password => "Your last sign-in is more than 15 minutes ago. What you were doing goes on afterwards.",
        Proof::SignIn => "Your session has ended. What you typed is kept and goes on afterwards.",
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = password.get_untracked();
        if !form.check([("password", text.is_empty().then(|| Issue::new("Enter your password.")))]) {
            return;
        }
        form.send(
            async move {
                match proof {
                    Proof::Password => api::auth::reauthenticate(text).await,
                    Proof::SignIn => {
                        let body = SignIn { email: email.get_untracked(), password: text };
                        api::auth::sign_in(body).await.map(session::set)
                    }
                }
            },
            move |()| {
                announce::say("Thank you. Going on.");
                // Closing gives the focus back; answering takes the dialog away.
                dialog.close();
                prompt::answer(true);
            },
        );
    };
    view! {
        <form class="form" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">{sentence}</p>
            <Trouble failure=form.failure />
            <TextField label="Email" name="email" kind="email" autocomplete="username" value=email readonly=true />
            <PasswordField
                label="Password"
                name="password"
                value=password
                refused=form.refusal("password")
                autocomplete="current-password"
                autofocus=true
            />
            <div class="button-row">
                <Button on_click=move |_| dialog.close()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Go on"</Button>
            </div>
        </form>
    }
}
