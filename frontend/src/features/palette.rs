//! The actions of the palette, in the order that it lists them.

use super::{
    api_keys, deactivation, invitations, passkeys, passwords, second_factor, secrets, sessions, ssh_keys, teams,
};
use crate::{
    parts::part,
    shell::{entry::Shortcut, palette::GoTo},
};
use leptos::prelude::*;

const OF_WORKSPACE: &[Shortcut] = &[invitations::INVITE, api_keys::CREATE, secrets::ADD, teams::LEAVE];

const OF_ACCOUNT: &[Shortcut] = &[
    passwords::CHANGE,
    passkeys::ADD,
    second_factor::SET_UP,
    sessions::END_OTHERS,
    ssh_keys::ADD,
    teams::CREATE,
    deactivation::DEACTIVATE,
];

part! { layers, nothing:
    pub palette => Palette,
}

#[component]
fn Palette() -> impl IntoView {
    view! { <GoTo of_workspace=OF_WORKSPACE of_account=OF_ACCOUNT /> }
}
