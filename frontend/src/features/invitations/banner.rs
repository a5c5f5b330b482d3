//! Who invited someone to what: the sentence, and the line across every page while an answer is due.

use super::pending::Pending;
use crate::{link, ui::icon::Icon};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// "Nora invited you to Renderer Core as a member.", with other people's names kept from turning the line around.
pub fn sentence(invited_by: &str, team: &str, role: Option<&'static str>) -> AnyView {
    let (by, team) = (invited_by.to_owned(), team.to_owned());
    let who = if by.is_empty() {
        view! { "You are invited to " }.into_any()
    } else {
        view! { <bdi>{by}</bdi> " invited you to " }.into_any()
    };
    view! { {who} <strong><bdi>{team}</bdi></strong> {role.map(|role| format!(" as {role}"))} "." }.into_any()
}

/// That invitations wait, on every page but the one that lists them.
#[component]
pub fn Invited() -> impl IntoView {
    let pending = Pending::around();
    pending.follow_person();
    let pending = pending.invitations();
    let path = use_location().pathname;
    move || {
        let pending = pending.get();
        let first = pending.first().filter(|_| path.get() != link::TEAMS)?;
        let words = if pending.len() == 1 {
            sentence(&first.invited_by, &first.team.name, None)
        } else {
            view! { "You have " {pending.len()} " pending invitations." }.into_any()
        };
        Some(view! {
            <div class="bar" role="region" aria-label="Your invitations">
                {Icon::Users.view()} <span>{words} " " <a href=link::TEAMS>"View"</a></span>
            </div>
        })
    }
}
