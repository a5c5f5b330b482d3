//! Invitations to join a team: sending and cancelling them, and answering those that one gets.

mod accept;
mod api;
pub mod banner;
mod cancel;
mod invite;
pub mod pending;
pub mod received;
pub mod section;
pub mod sent;

use crate::{
    link,
    parts::part,
    shell::entry::{Shortcut, To},
};
use accept::AcceptInvitation;
use cancel::InvitationCancel;
use invite::Invite;
use leptos::prelude::*;
use leptos_router::{any_nested_route::IntoAnyNestedRoute, components::Route, path};

pub const INVITE: Shortcut = Shortcut { label: "Invite people", to: To::Team(|namespace| link::invite(namespace)) };

part! { entrance, page:
    accept => AcceptInvitation,
}

part! { layers, layer:
    invite => Invite,
    cancel => InvitationCancel,
}

/// The pages that mailed links open.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/invitations/accept") view=accept /> }.into_inner()
}

/// The dialogs over the page of members.
#[component(transparent)]
pub fn Layers() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("invite") view=invite />
        <Route path=path!("invitations/:invitation/cancel") view=cancel />
    }
    .into_inner()
    .into_any_nested_route()
}
