//! Only for people who are signed in: others sign in first and come back to the page they asked for.

use super::frame::Shell;
use crate::{
    api::{Failure, failure::Kind},
    blocks::{
        column::{Column, NotFound},
        error_notice::LoadErrorNotice,
    },
    browser, link,
    state::{
        follow::follow,
        go, network,
        session::{self, Who},
    },
    ui::skeleton::RowsSkeleton,
};
use guildhall_shared::console;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Unknown,
    Nobody,
    Person,
    Failed(Failure),
}

fn phase() -> Memo<Phase> {
    let who = session::who();
    network::on_recovery(|| {
        if matches!(session::who().get_untracked(), Who::Failed(failure) if failure.kind == Kind::Unreachable) {
            spawn_local(session::load());
        }
    });
    follow(move || match who.get() {
        Who::Unknown => Phase::Unknown,
        Who::Nobody => Phase::Nobody,
        Who::Person(_) => Phase::Person,
        Who::Failed(failure) => Phase::Failed(failure),
    })
}

#[component]
pub fn SignedIn() -> impl IntoView {
    let phase = phase();
    let location = use_location();
    move || match phase.get() {
        Phase::Unknown => view! { <Waiting /> }.into_any(),
        // Signing in would not bring a page that cannot be.
        Phase::Nobody if !console::has_page(&location.pathname.get_untracked()) => view! { <NotFound /> }.into_any(),
        Phase::Nobody => {
            let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
            let hash = browser::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
            let query = if query.is_empty() { String::new() } else { format!("?{query}") };
            go::instead(&link::sign_in(&format!("{path}{query}{hash}")));
            ().into_any()
        }
        Phase::Person => view! { <Shell /> }.into_any(),
        Phase::Failed(failure) => view! { <Failed failure=failure /> }.into_any(),
    }
}

/// `/`: the workspace of the session, or sign-in.
#[component]
pub fn Home() -> impl IntoView {
    let phase = phase();
    move || match phase.get() {
        Phase::Unknown => view! { <Waiting /> }.into_any(),
        Phase::Nobody => {
            go::instead(&link::sign_in(""));
            ().into_any()
        }
        Phase::Person => {
            if let Some(session) = session::session_now() {
                go::instead(&link::team(&session.team.namespace));
            }
            ().into_any()
        }
        Phase::Failed(failure) => view! { <Failed failure=failure /> }.into_any(),
    }
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <main class="content" id="main" tabindex="-1">
            <RowsSkeleton />
        </main>
    }
}

#[component]
fn Failed(failure: Failure) -> impl IntoView {
    let retry = move |()| {
        session::who().set(Who::Unknown);
        spawn_local(session::load());
    };
    view! {
        <Column title="Guildhall">
            <LoadErrorNotice failure=failure what="Your session" on_retry=retry />
        </Column>
    }
}
