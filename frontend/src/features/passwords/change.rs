//! A new password for the account. Who it is asked of proves it by the old one, where that is long ago.

use super::api;
use crate::{
    blocks::form_dialog::FormDialog,
    features::security::safety::Safety,
    link,
    state::{
        form::{Form, Submit},
        session, words,
    },
    ui::{field::TextField, strength::NewPassword},
};
use leptos::prelude::*;

/// What the form says, with a password that changes and without.
struct Words {
    title: &'static str,
    verb: &'static str,
    done: &'static str,
}

const CHANGE: Words = Words {
    title: "Change password",
    verb: "Change password",
    done: "Your password is changed. All your other sessions have ended.",
};

const SET: Words = Words {
    title: "Set a password",
    verb: "Set password",
    done: "Your password is set. All your other sessions have ended.",
};

#[component]
pub fn PasswordChange() -> impl IntoView {
    let safety = Safety::around();
    let me = session::session_now();
    let has_password = me.as_deref().is_none_or(|session| session.user.is_password_auth_enabled);
    let Words { title, verb, done } = if has_password { CHANGE } else { SET };
    let email = me.map(|session| session.user.email.clone()).unwrap_or_default();
    let form = Form::new(&["password"]);
    let new = RwSignal::new(String::new());
    let own = session::own_names();
    let submit = move |()| {
        let text = new.get_untracked();
        let own = own.get_untracked();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        form.check([("password", words::refusal(&text, &own))])
            .then(|| Submit::new(api::change(text), move |()| done, move |()| safety.ask_again()))
    };
    view! {
        <FormDialog form=form title=title verb=verb submit=submit page=|()| link::SECURITY>
            <p class="lead">"You'll be signed out everywhere else. API keys keep working."</p>
            // For the password manager, which keeps a password with its address.
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=RwSignal::new(email.clone())
                readonly=true
            />
            <NewPassword label="New password" value=new refused=form.refusal("password") own=own autofocus=true />
        </FormDialog>
    }
}
