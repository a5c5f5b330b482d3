//! The email of an account: confirming it, changing it, undoing a change.

pub mod api;
pub mod banner;
pub mod change;
mod confirm;
mod undo;

use crate::parts::part;
use confirm::ConfirmEmail;
use leptos::prelude::*;
use leptos_router::{any_nested_route::IntoAnyNestedRoute, components::Route, path};
use undo::EmailUndo;

part! { entrance, page:
    confirm => ConfirmEmail,
    undo => EmailUndo,
}

/// The pages that mailed links open.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/confirm-email") view=confirm />
        <Route path=path!("/email-undo") view=undo />
    }
    .into_inner()
    .into_any_nested_route()
}
