//! The password of an account: setting, changing and removing it, and the ways back in without it.

mod api;
mod change;
mod forgot;
pub mod new_one;
mod remove;
mod reset;
pub mod section;
mod unlock;

use crate::{
    link,
    parts::part,
    shell::entry::{Shortcut, To},
};
use change::PasswordChange;
use forgot::ForgotPassword;
use leptos::prelude::*;
use leptos_router::{any_nested_route::IntoAnyNestedRoute, components::Route, path};
use remove::PasswordRemove;
use reset::ResetPassword;
use unlock::Unlock;

pub const CHANGE: Shortcut = Shortcut { label: "Change your password", to: To::Account(link::PASSWORD_CHANGE) };

part! { entrance, page:
    forgot => ForgotPassword,
    reset => ResetPassword,
    unlock => Unlock,
}

part! { layers, layer:
    change => PasswordChange,
    remove => PasswordRemove,
}

/// The pages of people who are not signed in.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/forgot-password") view=forgot />
        <Route path=path!("/reset-password") view=reset />
        <Route path=path!("/unlock") view=unlock />
    }
    .into_inner()
    .into_any_nested_route()
}

/// The dialogs over the security page.
#[component(transparent)]
pub fn Layers() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("password") view=change />
        <Route path=path!("password/remove") view=remove />
    }
    .into_inner()
    .into_any_nested_route()
}
