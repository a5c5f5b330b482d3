//! Teams: the list of the person's teams, creating one, its profile, leaving it. `workspace` finds the team that the URL
//! names, for every page below it.

mod api;
mod create;
mod general;
mod leave;
mod page;
pub mod workspace;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, Shortcut, To},
    ui::icon::Icon,
};
use create::CreateTeam;
use general::General;
use leave::TeamLeave;
use leptos::prelude::*;
use leptos_router::{
    any_nested_route::IntoAnyNestedRoute,
    components::{ParentRoute, Route},
    path,
};
use page::Teams;

pub const TEAMS: Entry = Entry { label: "Teams", icon: Icon::Users, to: To::Account(link::TEAMS) };
pub const GENERAL: Entry =
    Entry { label: "General", icon: Icon::Settings, to: To::Workspace(|namespace| link::team(namespace)) };
pub const CREATE: Shortcut = Shortcut { label: "Create a team", to: To::Account(link::TEAM_NEW) };
pub const LEAVE: Shortcut =
    Shortcut { label: "Leave this team", to: To::Team(|namespace| link::team_leave(namespace)) };

part! { account, page:
    teams => Teams,
    create => CreateTeam,
}

part! { general, page:
    pub general => General,
}

part! { layers, layer:
    leave => TeamLeave,
}

/// The routes below `/teams`.
#[component(transparent)]
pub fn ListRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("") view=teams />
        <Route path=path!("new") view=create />
    }
    .into_inner()
    .into_any_nested_route()
}

/// The routes below a workspace.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/profile") view=general>
            <Route path=path!("") view=Nothing />
            <Route path=path!("leave") view=leave />
        </ParentRoute>
    }
    .into_inner()
}
