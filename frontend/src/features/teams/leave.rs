//! Leaving a team: access and one's own API keys end at once.

use crate::{
    blocks::confirm_route::ConfirmRoute,
    features::members,
    link,
    state::{
        form::{Submit, Then},
        go, session, workspace,
    },
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn TeamLeave() -> impl IntoView {
    let here = workspace::around();
    let confirm = move |()| {
        let me = session::session_now()?.user.id;
        let team = here.now();
        let call = async move { members::api::remove(&team.id, me).await };
        Some(Submit::new(
            call,
            move |()| format!("You have left {}", team.name),
            |()| {
                spawn_local(session::load());
                go::instead(link::TEAMS);
                Then::Stay
            },
        ))
    };
    view! {
        <ConfirmRoute
            title=Signal::derive(move || format!("Leave {}?", here.name()))
            verb="Leave team"
            confirm=confirm
            page=move |()| link::team(here.now().namespace)
        >
            "You lose access at once, and the API keys that you made here end. To come back you need an invitation."
        </ConfirmRoute>
    }
}
