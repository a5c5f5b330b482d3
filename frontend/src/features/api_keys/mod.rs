//! The API keys of a workspace: the list, creating one, revoking one.

mod api;
mod create;
mod page;
mod revoke;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, Shortcut, To},
    ui::icon::Icon,
};
use create::ApiKeyNew;
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use page::ApiKeys;
use revoke::ApiKeyRevoke;

pub const API_KEYS: Entry =
    Entry { label: "API keys", icon: Icon::Key, to: To::Workspace(|namespace| link::api_keys(namespace)) };
pub const CREATE: Shortcut =
    Shortcut { label: "Create an API key", to: To::Workspace(|namespace| link::api_key_new(namespace)) };

part! { credentials, page:
    pub api_keys => ApiKeys,
}

part! { layers, layer:
    create => ApiKeyNew,
    revoke => ApiKeyRevoke,
}

/// The routes below a workspace.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/api-keys") view=api_keys>
            <Route path=path!("") view=Nothing />
            <Route path=path!("new") view=create />
            <Route path=path!(":key/revoke") view=revoke />
        </ParentRoute>
    }
    .into_inner()
}
