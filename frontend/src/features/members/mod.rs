//! The people of a team: the list, changing a role, removing someone. The page shows pending invitations too.

pub mod api;
mod page;
mod people;
mod remove;
mod role;
pub mod roles;
pub mod roster;

use crate::{
    blocks::page::Nothing,
    features::invitations,
    link,
    parts::part,
    shell::entry::{Entry, To},
    ui::icon::Icon,
};
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use page::Members;
use remove::MemberRemove;
use role::MemberRole;

pub const MEMBERS: Entry =
    Entry { label: "Members", icon: Icon::Users, to: To::Team(|namespace| link::members(namespace)) };

part! { members, page:
    pub members => Members,
}

part! { layers, layer:
    role => MemberRole,
    remove => MemberRemove,
}

/// The routes below a workspace.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/members") view=members>
            <Route path=path!("") view=Nothing />
            <Route path=path!(":user/role") view=role />
            <Route path=path!(":user/remove") view=remove />
            <invitations::Layers />
        </ParentRoute>
    }
    .into_inner()
}
