//! Every place where a person is signed in.

pub mod api;
pub mod device;
mod end;
mod end_others;
mod page;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, Shortcut, To},
    ui::icon::Icon,
};
use end::SessionEnd;
use end_others::SessionsEndOthers;
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use page::Sessions;

pub const SESSIONS: Entry = Entry { label: "Sessions", icon: Icon::Monitor, to: To::Account(link::SESSIONS) };
pub const END_OTHERS: Shortcut =
    Shortcut { label: "Sign out everywhere else", to: To::Account(link::SESSIONS_END_OTHERS) };

part! { account, page:
    sessions => Sessions,
}

part! { layers, layer:
    end => SessionEnd,
    end_others => SessionsEndOthers,
}

/// The routes below `/account`.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/sessions") view=sessions>
            <Route path=path!("") view=Nothing />
            <Route path=path!("end-others") view=end_others />
            <Route path=path!(":session/end") view=end />
        </ParentRoute>
    }
    .into_inner()
}
