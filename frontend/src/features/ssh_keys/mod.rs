//! The SSH keys of an account: the list, adding one, removing one.

mod add;
mod api;
mod page;
mod remove;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, Shortcut, To},
    ui::icon::Icon,
};
use add::SshKeyNew;
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use page::SshKeys;
use remove::SshKeyRemove;

pub const SSH_KEYS: Entry = Entry { label: "SSH keys", icon: Icon::Terminal, to: To::Account(link::SSH_KEYS) };
pub const ADD: Shortcut = Shortcut { label: "Add an SSH key", to: To::Account(link::SSH_KEY_NEW) };

part! { account, page:
    ssh_keys => SshKeys,
}

part! { layers, layer:
    add => SshKeyNew,
    remove => SshKeyRemove,
}

/// The routes below `/account`.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/ssh-keys") view=ssh_keys>
            <Route path=path!("") view=Nothing />
            <Route path=path!("new") view=add />
            <Route path=path!(":key/remove") view=remove />
        </ParentRoute>
    }
    .into_inner()
}
