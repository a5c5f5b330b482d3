//! The page of all components, in development only.

#[cfg(feature = "gallery")]
mod page;

use leptos::prelude::*;
use leptos_router::{components::Route, path};

#[cfg(feature = "gallery")]
use page::Gallery;

#[cfg(feature = "gallery")]
crate::parts::part! { account, page:
    gallery => Gallery,
}

#[cfg(not(feature = "gallery"))]
use crate::blocks::column::NotFound as gallery;

#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/gallery") view=gallery /> }.into_inner()
}
