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
mod palette;
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

use crate::shell::entry::Added;
use email::banner::Unconfirmed;
use invitations::banner::Invited;
use leptos::prelude::*;

/// What features add around every page, in the order that it is shown.
pub const ADDED: Added = Added {
    of_workspace: &[teams::GENERAL, members::MEMBERS, api_keys::API_KEYS, secrets::SECRETS, audit::AUDIT],
    of_account: &[accounts::PROFILE, security::SECURITY, sessions::SESSIONS, ssh_keys::SSH_KEYS, teams::TEAMS],
    banners,
    palette: palette::palette,
};

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
