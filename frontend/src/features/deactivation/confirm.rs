//! The last question before one leaves. What was typed travels too: the server asks for it as well.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    browser, link,
    state::{
        form::{Submit, Then},
        query::Query,
        session,
    },
};
use guildhall_shared::deactivation::Deactivation;
use leptos::prelude::*;

#[component]
pub fn AccountDeactivate() -> impl IntoView {
    let shown = use_context::<Query<Deactivation>>();
    let username = session::session_now().map(|session| session.user.username.clone()).unwrap_or_default();
    let typed = username.clone();
    let confirm = move |()| {
        let call = api::deactivate(username.clone());
        let call = async move {
            let answer = call.await;
            // What was refused, the page below may show as well.
            if let (Some(shown), Err(_)) = (shown, &answer) {
                shown.ask_again();
            }
            answer
        };
        Some(Submit::silent(call, |deactivated| {
            session::tell();
            browser::load(&link::deactivated(deactivated.dt_erased));
            Then::Stay
        }))
    };
    view! {
        <ConfirmRoute
            title="Deactivate your account?"
            verb="Deactivate account"
            typed=typed
            confirm=confirm
            page=|()| link::DEACTIVATE
        >
            "You're signed out everywhere and your API keys stop immediately. You can restore the account for 14 days with the link that we email you; after that it's permanently deleted."
        </ConfirmRoute>
    }
}
