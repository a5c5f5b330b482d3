//! Taking an account back from whoever got into it.

mod api;
pub mod page;
pub mod taken;

use crate::parts::part;
use leptos::prelude::*;
use leptos_router::{components::Route, path};
use page::TakeBack;

part! { entrance, page:
    take_back => TakeBack,
}

/// The pages that mailed links open.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/take-back") view=take_back /> }.into_inner()
}
