//! One folder for each thing that the console has, under the same names as the server. A feature's `mod` says what it adds
//! to the console: its routes, the part of the program that each page comes with, its entry in the side bar, its actions
//! in the palette. `page` is its page and `api` its calls; a dialog over the page is named after what it does.

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod deactivation;
pub mod email;
pub mod gallery;
pub mod invitations;
pub mod members;
pub mod passkeys;
pub mod passwords;
pub mod second_factor;
pub mod secrets;
pub mod security;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
pub mod ssh_keys;
pub mod take_back;
pub mod teams;

use crate::{
    parts::part,
    shell::{
        entry::{Added, Shortcut},
        palette::GoTo,
    },
};
use email::banner::Unconfirmed;
use invitations::banner::Invited;
use leptos::prelude::*;

/// What features add around every page. The order of the side bar is here.
pub const ADDED: Added = Added {
    of_workspace: &[teams::GENERAL, members::MEMBERS, api_keys::API_KEYS, secrets::SECRETS, audit::AUDIT],
    of_account: &[accounts::PROFILE, security::SECURITY, sessions::SESSIONS, ssh_keys::SSH_KEYS, teams::TEAMS],
    banners,
    palette,
};

/// The actions of the palette, in the order that it lists them.
const ACTIONS_OF_WORKSPACE: &[Shortcut] = &[invitations::INVITE, api_keys::CREATE, secrets::ADD, teams::LEAVE];
const ACTIONS_OF_ACCOUNT: &[Shortcut] = &[
    passwords::CHANGE,
    passkeys::ADD,
    second_factor::SET_UP,
    sessions::END_OTHERS,
    ssh_keys::ADD,
    teams::CREATE,
    deactivation::DEACTIVATE,
];

part! { layers, nothing:
    palette => Palette,
}

#[component]
fn Palette() -> impl IntoView {
    view! { <GoTo of_workspace=ACTIONS_OF_WORKSPACE of_account=ACTIONS_OF_ACCOUNT /> }
}

fn banners() -> AnyView {
    view! {
        <Unconfirmed />
        <Invited />
    }
    .into_any()
}

/// Fetches the part with the page of this URL before the session is known.
pub fn ahead(path: &str) {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let page: fn() -> AnyView = match steps.as_slice() {
        ["account" | "teams", ..] | [_, "settings", "audit", ..] => accounts::profile,
        [_, "settings", "members", ..] => members::members,
        [_, "settings", "api-keys" | "secrets", ..] => api_keys::api_keys,
        [_, "settings", ..] => teams::general,
        _ => return,
    };
    drop(page());
}
