//! The account's profile: its name, its username, its preferences. The email has a feature of its own, on the same page.

pub mod own;
mod page;
mod preferences;
mod username;

use crate::{
    link,
    parts::part,
    shell::entry::{Entry, To},
    ui::icon::Icon,
};
use leptos::prelude::*;
use leptos_router::{components::Route, path};
use page::AccountProfile;

pub const PROFILE: Entry = Entry { label: "Profile", icon: Icon::User, to: To::Account(link::ACCOUNT_PROFILE) };

part! { account, page:
    pub profile => AccountProfile,
}

/// The routes below `/account`.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("settings/profile") view=profile /> }.into_inner()
}
