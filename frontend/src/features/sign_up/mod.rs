//! Signing up.

mod api;
mod page;

use crate::parts::part;
use leptos::prelude::*;
use leptos_router::{components::Route, path};
use page::SignUp;

part! { entrance, page:
    sign_up => SignUp,
}

#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/sign-up") view=sign_up /> }.into_inner()
}
