//! Removing the password: a passkey signs in from then on.

use super::api;
use crate::{blocks::confirm_route::ConfirmRoute, features::security::safety::Safety, link, state::form::Submit};
use leptos::prelude::*;

#[component]
pub fn PasswordRemove() -> impl IntoView {
    let safety = Safety::around();
    let confirm = move |()| {
        let call = api::remove();
        Some(Submit::new(call, |()| "Your password is removed", move |()| safety.ask_again()))
    };
    view! {
        <ConfirmRoute
            title="Remove your password?"
            verb="Remove password"
            confirm=confirm
            page=|()| link::SECURITY
        >
            "You sign in with a passkey from now on, on each device that has one. If you lose them all, a mailed link sets a password again, and a recovery code is asked for with it."
        </ConfirmRoute>
    }
}
