//! The second factor of a sign-in: the authenticator app and the recovery codes, and the ways to answer with one.

pub mod api;
pub mod codes;
mod recovery_codes;
pub mod section;
mod totp_new;
mod totp_off;
pub mod way;

use crate::{
    link,
    parts::part,
    shell::entry::{Shortcut, To},
};
use leptos::prelude::*;
use leptos_router::{any_nested_route::IntoAnyNestedRoute, components::Route, path};
use recovery_codes::RecoveryCodes;
use totp_new::TotpNew;
use totp_off::TotpOff;

pub const SET_UP: Shortcut = Shortcut { label: "Set up an authenticator app", to: To::Account(link::TOTP_NEW) };

part! { layers, layer:
    totp_new => TotpNew,
    totp_off => TotpOff,
    recovery_codes => RecoveryCodes,
}

/// The dialogs over the security page.
#[component(transparent)]
pub fn Layers() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("authenticator") view=totp_new />
        <Route path=path!("authenticator/off") view=totp_off />
        <Route path=path!("recovery-codes") view=recovery_codes />
    }
    .into_inner()
    .into_any_nested_route()
}
