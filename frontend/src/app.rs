//! The root: what is shared starts here, and the routes. Every address stands in `link` as well.

use crate::{
    browser,
    layout::{
        banners::Banners,
        column::NotFound,
        guard::{Home, SignedIn},
        leaving::Leaving,
        proof::ProofDialog,
    },
    pages::team::workspace::{InWorkspace, ToGeneral},
    parts,
    state::{
        announce, calls, go, network::Network, opened, passkeys, pending::Pending, prompt::Prompt, session,
        ticking::Ticking, unsaved, version::Version,
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
    passkeys::install();
    if let Some(path) = browser::window().and_then(|window| window.location().pathname().ok()) {
        parts::ahead(&path);
    }
    spawn_local(session::load());
    let said = RwSignal::from(announce::said());
    view! {
        <Router>
            <Installed />
            <Banners />
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home />
                <Route path=path!("/sign-in") view=parts::sign_in />
                <Route path=path!("/sign-up") view=parts::sign_up />
                <Route path=path!("/confirm-email") view=parts::confirm_email />
                <Route path=path!("/email-undo") view=parts::email_undo />
                <Route path=path!("/forgot-password") view=parts::forgot_password />
                <Route path=path!("/reset-password") view=parts::reset_password />
                <Route path=path!("/take-back") view=parts::take_back />
                <Route path=path!("/unlock") view=parts::unlock />
                <Route path=path!("/come-back") view=parts::come_back />
                <Route path=path!("/deactivated") view=parts::deactivated />
                <Route path=path!("/invitations/accept") view=parts::accept_invitation />
                <Route path=path!("/gallery") view=gallery />
                <ParentRoute path=path!("/teams") view=SignedIn>
                    <Route path=path!("") view=parts::teams />
                    <Route path=path!("new") view=parts::create_team />
                </ParentRoute>
                <ParentRoute path=path!("/account") view=SignedIn>
                    <Route path=path!("") view=|| view! { <Redirect path=crate::link::ACCOUNT_PROFILE /> } />
                    <Route path=path!("settings/profile") view=parts::account_profile />
                    <ParentRoute path=path!("settings/security") view=parts::security>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("password") view=parts::password_change />
                        <Route path=path!("password/remove") view=parts::password_remove />
                        <Route path=path!("passkeys/new") view=parts::passkey_new />
                        <Route path=path!("passkeys/:passkey/name") view=parts::passkey_name />
                        <Route path=path!("passkeys/:passkey/remove") view=parts::passkey_remove />
                        <Route path=path!("authenticator") view=parts::totp_new />
                        <Route path=path!("authenticator/off") view=parts::totp_off />
                        <Route path=path!("recovery-codes") view=parts::recovery_codes />
                    </ParentRoute>
                    <ParentRoute path=path!("settings/sessions") view=parts::sessions>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("end-others") view=parts::sessions_end_others />
                        <Route path=path!(":session/end") view=parts::session_end />
                    </ParentRoute>
                    <ParentRoute path=path!("settings/ssh-keys") view=parts::ssh_keys>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("new") view=parts::ssh_key_new />
                        <Route path=path!(":key/remove") view=parts::ssh_key_remove />
                    </ParentRoute>
                    <ParentRoute path=path!("settings/profile/deactivate") view=parts::deactivate>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("confirm") view=parts::account_deactivate />
                    </ParentRoute>
                </ParentRoute>
                <ParentRoute path=path!("/:namespace") view=SignedIn>
                    <ParentRoute path=path!("") view=InWorkspace>
                        <Route path=path!("") view=ToGeneral />
                        <ParentRoute path=path!("settings/profile") view=parts::general>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("leave") view=parts::team_leave />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/members") view=parts::members>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("invite") view=parts::invite />
                            <Route path=path!(":user/role") view=parts::member_role />
                            <Route path=path!(":user/remove") view=parts::member_remove />
                            <Route path=path!("invitations/:invitation/cancel") view=parts::invitation_cancel />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/api-keys") view=parts::api_keys>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("new") view=parts::api_key_new />
                            <Route path=path!(":key/revoke") view=parts::api_key_revoke />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/secrets") view=parts::secrets>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("new") view=parts::secret_new />
                            <Route path=path!(":name/value") view=parts::secret_value />
                            <Route path=path!(":name/delete") view=parts::secret_delete />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/audit") view=parts::audit>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!(":line") view=parts::audit_line />
                        </ParentRoute>
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

/// The page of all components; in development only.
fn gallery() -> AnyView {
    #[cfg(feature = "gallery")]
    return parts::gallery();
    #[cfg(not(feature = "gallery"))]
    view! { <NotFound /> }.into_any()
}

/// A page without an open form.
#[component]
fn Nothing() -> impl IntoView {}
