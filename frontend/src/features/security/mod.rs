//! The page about the security of an account: its password, its passkeys, its second factor, and the security log.

mod api;
mod log;
mod page;
pub mod safety;

use crate::{
    blocks::page::Nothing,
    features::{passkeys, passwords, second_factor},
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
use page::Security;

pub const SECURITY: Entry = Entry { label: "Security", icon: Icon::Shield, to: To::Account(link::SECURITY) };

part! { account, page:
    security => Security,
}

/// The routes below `/account`.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/security") view=security>
            <Route path=path!("") view=Nothing />
            <passwords::Layers />
            <passkeys::Layers />
            <second_factor::Layers />
        </ParentRoute>
    }
    .into_inner()
}
