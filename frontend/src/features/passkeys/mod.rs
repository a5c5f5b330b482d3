//! The passkeys of an account: adding, renaming and removing one, and what the browser knows of them.

mod add;
pub mod api;
pub mod known;
mod remove;
mod rename;
pub mod section;
pub mod webauthn;

use crate::{
    link,
    parts::part,
    shell::entry::{Shortcut, To},
};
use add::PasskeyNew;
use leptos::prelude::*;
use leptos_router::{any_nested_route::IntoAnyNestedRoute, components::Route, path};
use remove::PasskeyRemove;
use rename::PasskeyName;

pub const ADD: Shortcut = Shortcut { label: "Add a passkey", to: To::Account(link::PASSKEY_NEW) };

part! { layers, layer:
    add => PasskeyNew,
    rename => PasskeyName,
    remove => PasskeyRemove,
}

/// The dialogs over the security page.
#[component(transparent)]
pub fn Layers() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("passkeys/new") view=add />
        <Route path=path!("passkeys/:passkey/name") view=rename />
        <Route path=path!("passkeys/:passkey/remove") view=remove />
    }
    .into_inner()
    .into_any_nested_route()
}
