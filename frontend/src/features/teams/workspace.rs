//! Around every page of a workspace: finds it by the URL's namespace and gives it down.

use crate::{
    blocks::page::Page,
    features::sessions,
    link,
    state::{
        go, session,
        workspace::{self, Workspace},
    },
    ui::skeleton::RowsSkeleton,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};

#[component]
pub fn InWorkspace() -> impl IntoView {
    let here = workspace::here();
    workspace::provide(Memo::new(move |before: Option<&Workspace>| {
        here.get().or_else(|| before.cloned()).unwrap_or_default()
    }));
    let is_there = Memo::new(move |_| here.read().is_some());
    // `/` leads to the workspace that was open last.
    Effect::new(move |_| {
        let Some(workspace) = here.get() else { return };
        let elsewhere = session::session_now().is_some_and(|session| session.team.id.to_string() != workspace.id);
        if elsewhere {
            spawn_local(async move {
                if let Ok(session) = sessions::api::switch(workspace.id).await {
                    session::set(session);
                }
            });
        }
    });
    // Someone else may have renamed it, or taken one out of it.
    let path = use_location().pathname;
    let params = use_params_map();
    let known = Memo::new(move |before: Option<&Option<(String, String)>>| {
        let now = here.get().map(|workspace| (workspace.id, workspace.namespace));
        now.or_else(|| before.cloned().flatten())
    });
    move || {
        // Read while the workspace is there: a memo that nobody has read knows nothing of before.
        let known = known.get_untracked();
        if is_there.get() {
            return view! { <Outlet /> }.into_any();
        }
        // Where the URL has none, the page is being left.
        let Some(named) = params.read_untracked().get("namespace") else { return ().into_any() };
        let Some((id, was)) = known.filter(|(_, was)| *was == named) else { return view! { <Missing /> }.into_any() };
        match untrack(workspace::all).into_iter().find(|workspace| workspace.id == id) {
            Some(same) if same.namespace == was => view! { <Missing /> }.into_any(),
            Some(renamed) => {
                go::instead(&link::same_page_of(&path.get_untracked(), &renamed.namespace));
                ().into_any()
            }
            None => view! { <Lost /> }.into_any(),
        }
    }
}

/// In place of a page whose team one was in until now.
#[component]
fn Lost() -> impl IntoView {
    view! {
        <Page title="You no longer have access to this team">
            <p>"If that is a mistake, ask one of its admins to invite you again."</p>
            <div class="button-row">
                <a class="button" href=link::TEAMS>"See your teams"</a>
                <a class="button quiet" href=link::HOME>"Go to your workspace"</a>
            </div>
        </Page>
    }
}

/// Asks once more before it says that there is none: it may be new, or just renamed.
#[component]
fn Missing() -> impl IntoView {
    let params = use_params_map();
    let asked = RwSignal::new(false);
    spawn_local(async move {
        session::load().await;
        asked.try_set(true);
    });
    move || {
        if !asked.get() {
            return view! { <RowsSkeleton /> }.into_any();
        }
        let namespace = params.read_untracked().get("namespace").unwrap_or_default();
        view! {
            <Page title="Workspace not found">
                <p>
                    "There is no workspace " <strong><bdi>{namespace}</bdi></strong>
                    " that you are in. It may have been renamed, or you may need an invitation."
                </p>
                <div class="button-row">
                    <a class="button" href=link::TEAMS>"See your teams"</a>
                </div>
            </Page>
        }
        .into_any()
    }
}

/// `/{namespace}`: its first page.
#[component]
pub fn ToGeneral() -> impl IntoView {
    go::instead(&link::team(workspace::around().now().namespace));
}
