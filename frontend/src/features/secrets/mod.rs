//! The secrets of a workspace: the list, adding one, setting its value, deleting it.

mod add;
mod api;
mod delete;
mod page;
mod update;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, Shortcut, To},
    ui::icon::Icon,
};
use add::SecretNew;
use delete::SecretDelete;
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use page::Secrets;
use update::SecretValue;

pub const SECRETS: Entry =
    Entry { label: "Secrets", icon: Icon::Lock, to: To::Workspace(|namespace| link::secrets(namespace)) };
pub const ADD: Shortcut =
    Shortcut { label: "Add a secret", to: To::Workspace(|namespace| link::secret_new(namespace)) };

part! { credentials, page:
    secrets => Secrets,
}

part! { layers, layer:
    add => SecretNew,
    update => SecretValue,
    delete => SecretDelete,
}

/// The routes below a workspace.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/secrets") view=secrets>
            <Route path=path!("") view=Nothing />
            <Route path=path!("new") view=add />
            <Route path=path!(":name/value") view=update />
            <Route path=path!(":name/delete") view=delete />
        </ParentRoute>
    }
    .into_inner()
}
