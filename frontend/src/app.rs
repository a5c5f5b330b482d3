//! The root: what is shared starts here, and the routes. Every address stands in `link` as well.

use crate::{
    browser,
    forms::{
        api_key_new::ApiKeyNew, api_key_revoke::ApiKeyRevoke, audit_line::AuditLine,
        invitation_cancel::InvitationCancel, invite::Invite, member_remove::MemberRemove, member_role::MemberRole,
        password_change::PasswordChange, secret_delete::SecretDelete, secret_new::SecretNew,
        secret_value::SecretValue, session_end::SessionEnd, sessions_end_others::SessionsEndOthers,
        team_leave::TeamLeave,
    },
    layout::{
        banners::Banners,
        column::NotFound,
        guard::{Home, SignedIn},
        leaving::Leaving,
        proof::ProofDialog,
    },
    pages::{
        account::{profile::AccountProfile, security::Security, sessions::Sessions},
        auth::{
            accept::AcceptInvitation, confirm_email::ConfirmEmail, email_undo::EmailUndo,
            forgot_password::ForgotPassword, reset_password::ResetPassword, sign_in::SignIn, sign_up::SignUp,
            unlock::Unlock,
        },
        gallery::Gallery,
        team::{
            api_keys::ApiKeys,
            audit::Audit,
            general::General,
            members::Members,
            secrets::Secrets,
            workspace::{InWorkspace, ToGeneral},
        },
        teams::{create::CreateTeam, list::Teams},
    },
    state::{announce, go, network, session, ticking, unsaved, version},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

#[component]
pub fn App() -> impl IntoView {
    network::install();
    session::install();
    ticking::install();
    unsaved::install();
    version::install();
    spawn_local(session::load());
    let said = RwSignal::from(announce::said());
    view! {
        <Router>
            <Installed />
            <Banners />
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home />
                <Route path=path!("/sign-in") view=SignIn />
                <Route path=path!("/sign-up") view=SignUp />
                <Route path=path!("/confirm-email") view=ConfirmEmail />
                <Route path=path!("/email-undo") view=EmailUndo />
                <Route path=path!("/forgot-password") view=ForgotPassword />
                <Route path=path!("/reset-password") view=ResetPassword />
                <Route path=path!("/unlock") view=Unlock />
                <Route path=path!("/invitations/accept") view=AcceptInvitation />
                <Route path=path!("/gallery") view=Gallery />
                <ParentRoute path=path!("/teams") view=SignedIn>
                    <Route path=path!("") view=Teams />
                    <Route path=path!("new") view=CreateTeam />
                </ParentRoute>
                <ParentRoute path=path!("/account") view=SignedIn>
                    <Route path=path!("") view=|| view! { <Redirect path=crate::link::ACCOUNT_PROFILE /> } />
                    <Route path=path!("settings/profile") view=AccountProfile />
                    <ParentRoute path=path!("settings/security") view=Security>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("password") view=PasswordChange />
                    </ParentRoute>
                    <ParentRoute path=path!("settings/sessions") view=Sessions>
                        <Route path=path!("") view=Nothing />
                        <Route path=path!("end-others") view=SessionsEndOthers />
                        <Route path=path!(":session/end") view=SessionEnd />
                    </ParentRoute>
                </ParentRoute>
                <ParentRoute path=path!("/:namespace") view=SignedIn>
                    <ParentRoute path=path!("") view=InWorkspace>
                        <Route path=path!("") view=ToGeneral />
                        <ParentRoute path=path!("settings/profile") view=General>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("leave") view=TeamLeave />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/members") view=Members>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("invite") view=Invite />
                            <Route path=path!(":user/role") view=MemberRole />
                            <Route path=path!(":user/remove") view=MemberRemove />
                            <Route path=path!("invitations/:invitation/cancel") view=InvitationCancel />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/api-keys") view=ApiKeys>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("new") view=ApiKeyNew />
                            <Route path=path!(":key/revoke") view=ApiKeyRevoke />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/secrets") view=Secrets>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!("new") view=SecretNew />
                            <Route path=path!(":name/value") view=SecretValue />
                            <Route path=path!(":name/delete") view=SecretDelete />
                        </ParentRoute>
                        <ParentRoute path=path!("settings/audit") view=Audit>
                            <Route path=path!("") view=Nothing />
                            <Route path=path!(":line") view=AuditLine />
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

/// A page without an open form.
#[component]
fn Nothing() -> impl IntoView {}
