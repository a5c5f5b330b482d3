//! The root: what is shared starts here, and the routes of all features. Every address stands in `link` as well.

use crate::{
    blocks::column::NotFound,
    browser,
    features::{
        self, accounts, api_keys, audit, deactivation, email, gallery,
        invitations::{self, pending::Pending},
        members, passkeys, passwords, secrets, security, sessions,
        sign_in::{self, ProofDialog},
        sign_up, ssh_keys, take_back,
        teams::{
            self,
            workspace::{InWorkspace, ToGeneral},
        },
    },
    shell::{
        banners::Banners,
        guard::{Home, SignedIn},
        leaving::Leaving,
    },
    state::{
        announce, calls, go, network::Network, opened, prompt::Prompt, session, ticking::Ticking, unsaved,
        version::Version,
    },
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};
use wasm_bindgen::JsCast;

#[component]
pub fn App() -> impl IntoView {
    calls::install(Network::provide(), Ticking::provide(), Prompt::provide());
    Version::provide();
    Pending::provide();
    opened::install();
    session::install();
    unsaved::install();
    passkeys::known::install();
    features::ADDED.provide();
    if let Some(path) = browser::window().and_then(|window| window.location().pathname().ok()) {
        features::ahead(&path);
    }
    spawn_local(session::load());
    let said = RwSignal::from(announce::said());
    view! {
        <Router>
            <Installed />
            <Banners />
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home />
                <sign_in::Routes />
                <sign_up::Routes />
                <email::Routes />
                <passwords::Routes />
                <take_back::Routes />
                <deactivation::Routes />
                <invitations::Routes />
                <gallery::Routes />
                <ParentRoute path=path!("/teams") view=SignedIn>
                    <teams::ListRoutes />
                </ParentRoute>
                <ParentRoute path=path!("/account") view=SignedIn>
                    <Route path=path!("") view=|| view! { <Redirect path=crate::link::ACCOUNT_PROFILE /> } />
                    <accounts::Routes />
                    <security::Routes />
                    <sessions::Routes />
                    <ssh_keys::Routes />
                    <deactivation::AccountRoutes />
                </ParentRoute>
                <ParentRoute path=path!("/:namespace") view=SignedIn>
                    <ParentRoute path=path!("") view=InWorkspace>
                        <Route path=path!("") view=ToGeneral />
                        <teams::Routes />
                        <members::Routes />
                        <api_keys::Routes />
                        <secrets::Routes />
                        <audit::Routes />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
            <ProofDialog />
            <Leaving />
        </Router>
        <div class="unseen" aria-live="polite">{move || said.get()}</div>
    }
}

/// What needs the router around it.
#[component]
fn Installed() -> impl IntoView {
    go::install();
    // To the content without changing the address, whose end may be a mailed link's.
    if let Some(document) = browser::document() {
        browser::listen(&document, "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let skips = target.is_some_and(|target| target.closest("a.skip").ok().flatten().is_some());
            let main = browser::document().and_then(|document| document.get_element_by_id("main"));
            if let Some(main) = main.filter(|_| skips) {
                event.prevent_default();
                browser::focus(&main);
            }
        });
    }
    // A page that the browser kept through Back may belong to a session that has ended.
    if let Some(window) = browser::window() {
        browser::listen(&window, "pageshow", |event| {
            let kept = js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy());
            if kept {
                browser::reload();
            }
        });
    }
}
