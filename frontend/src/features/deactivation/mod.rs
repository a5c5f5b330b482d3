//! Deactivating an account, and coming back.

mod api;
mod come_back;
mod confirm;
mod page;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Shortcut, To},
};
use come_back::{ComeBack, Deactivated};
use confirm::AccountDeactivate;
use leptos::prelude::*;
use leptos_router::{
    any_nested_route::IntoAnyNestedRoute,
    components::{ParentRoute, Route},
    path,
};
use page::Deactivate;

pub const DEACTIVATE: Shortcut = Shortcut { label: "Deactivate your account", to: To::Account(link::DEACTIVATE) };

part! { entrance, page:
    come_back => ComeBack,
    deactivated => Deactivated,
}

part! { account, page:
    deactivate => Deactivate,
}

part! { layers, layer:
    confirm => AccountDeactivate,
}

/// The pages of people who are not signed in.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/come-back") view=come_back />
        <Route path=path!("/deactivated") view=deactivated />
    }
    .into_inner()
    .into_any_nested_route()
}

/// The routes below `/account`.
#[component(transparent)]
pub fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/profile/deactivate") view=deactivate>
            <Route path=path!("") view=Nothing />
            <Route path=path!("confirm") view=confirm />
        </ParentRoute>
    }
    .into_inner()
}
