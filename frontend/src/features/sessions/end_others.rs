//! Ending every session but this one.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    link,
    state::{form::Submit, resource_list::ResourceList},
};
use guildhall_shared::session::AccountSession;
use leptos::prelude::*;

#[component]
pub fn SessionsEndOthers() -> impl IntoView {
    let sessions = ResourceList::<AccountSession>::around();
    let confirm = move |()| {
        let says = |(): &()| "All your other sessions have ended";
        Some(Submit::new(api::end_others(), says, move |()| sessions.retain(|session| session.is_current)))
    };
    view! {
        <ConfirmRoute
            title="Sign out everywhere else?"
            verb="Sign out everywhere else"
            confirm=confirm
            page=|()| link::SESSIONS
        >
            "All other browsers and devices are signed out immediately. You stay signed in here, and API keys keep working."
        </ConfirmRoute>
    }
}
