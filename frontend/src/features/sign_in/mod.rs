//! Signing in, and the dialog that asks people to prove who they are.

mod api;
mod code;
mod page;
mod passkey;
mod prove;

use crate::{parts::part, state::prompt::Prompt};
use leptos::prelude::*;
use leptos_router::{components::Route, path};
use page::SignIn;
use prove::Prove;

// A part of its own: it is the first page that almost everybody loads.
part! { door, page:
    sign_in => SignIn,
}

part! { layers, question:
    prove => Prove,
}

#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/sign-in") view=sign_in /> }.into_inner()
}

/// Opens above every page when a call needs the person to prove who they are.
#[component]
pub fn ProofDialog() -> impl IntoView {
    let Prompt { open, .. } = Prompt::around();
    move || open.get().map(|_| prove())
}
