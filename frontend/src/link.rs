//! Every page of the console as a function. The patterns that match them stand in `app`.

use core::fmt::Display;

pub const HOME: &str = "/";
pub const SIGN_UP: &str = "/sign-up";
pub const TEAMS: &str = "/teams";
pub const TEAM_NEW: &str = "/teams/new";
pub const ACCOUNT_PROFILE: &str = "/account/settings/profile";
pub const SECURITY: &str = "/account/settings/security";
pub const PASSWORD_CHANGE: &str = "/account/settings/security/password";
pub const PASSWORD_REMOVE: &str = "/account/settings/security/password/remove";
pub const PASSKEY_NEW: &str = "/account/settings/security/passkeys/new";
pub const TOTP_NEW: &str = "/account/settings/security/authenticator";
pub const TOTP_OFF: &str = "/account/settings/security/authenticator/off";
pub const RECOVERY_CODES: &str = "/account/settings/security/recovery-codes";
pub const SESSIONS: &str = "/account/settings/sessions";
pub const SESSIONS_END_OTHERS: &str = "/account/settings/sessions/end-others";
pub const SSH_KEYS: &str = "/account/settings/ssh-keys";
pub const SSH_KEY_NEW: &str = "/account/settings/ssh-keys/new";
pub const DEACTIVATE: &str = "/account/settings/profile/deactivate";
pub const DEACTIVATE_CONFIRM: &str = "/account/settings/profile/deactivate/confirm";
pub const FORGOT_PASSWORD: &str = "/forgot-password";
pub const INVITATION_ACCEPT: &str = "/invitations/accept";

/// A page that leads on to another one. Where to stands behind the #, which no server sees: it may have a token.
pub fn leading(page: &str, next: &str) -> String {
    if next.is_empty() || next == HOME {
        page.to_owned()
    } else {
        format!("{page}#next={}", js_sys::encode_uri_component(next))
    }
}

/// Sign-in, and where to go on afterwards.
pub fn sign_in(next: &str) -> String {
    leading("/sign-in", next)
}

pub fn sign_up(next: &str) -> String {
    leading(SIGN_UP, next)
}

pub fn forgot_password(next: &str) -> String {
    leading(FORGOT_PASSWORD, next)
}

/// The second step of a sign-in. What it needs is kept by the page: loaded anew, the first step comes again.
pub fn sign_in_code(next: &str) -> String {
    leading("/sign-in?step=code", next)
}

/// Sign-in with a sentence about what was just done.
pub fn sign_in_after(done: &str) -> String {
    format!("/sign-in?after={done}")
}

/// Where leaving ends: until when one may come back.
pub fn deactivated(until: impl Display) -> String {
    format!("/deactivated?until={until}")
}

/// Signing up from an invitation's link.
pub fn sign_up_invited(token: &str) -> String {
    sign_up(&invitation_accept(token))
}

pub fn invitation_accept(token: &str) -> String {
    format!("{INVITATION_ACCEPT}#token={token}")
}

/// The token of an invitation that one continues to.
pub fn invitation_in(next: &str) -> Option<String> {
    next.strip_prefix(INVITATION_ACCEPT)?.strip_prefix("#token=").filter(|token| !token.is_empty()).map(str::to_owned)
}

pub fn session_end(session: impl Display) -> String {
    format!("{SESSIONS}/{session}/end")
}

pub fn passkey_name(passkey: impl Display) -> String {
    format!("{SECURITY}/passkeys/{passkey}/name")
}

pub fn passkey_remove(passkey: impl Display) -> String {
    format!("{SECURITY}/passkeys/{passkey}/remove")
}

pub fn ssh_key_remove(key: impl Display) -> String {
    format!("{SSH_KEYS}/{key}/remove")
}

fn settings(namespace: impl Display, page: &str) -> String {
    format!("/{namespace}/settings/{page}")
}

pub fn team(namespace: impl Display) -> String {
    settings(namespace, "profile")
}

pub fn team_leave(namespace: impl Display) -> String {
    settings(namespace, "profile/leave")
}

pub fn members(namespace: impl Display) -> String {
    settings(namespace, "members")
}

pub fn invite(namespace: impl Display) -> String {
    settings(namespace, "members/invite")
}

pub fn member_role(namespace: impl Display, user: impl Display) -> String {
    settings(namespace, &format!("members/{user}/role"))
}

pub fn member_remove(namespace: impl Display, user: impl Display) -> String {
    settings(namespace, &format!("members/{user}/remove"))
}

pub fn invitation_cancel(namespace: impl Display, invitation: impl Display) -> String {
    settings(namespace, &format!("members/invitations/{invitation}/cancel"))
}

pub fn api_keys(namespace: impl Display) -> String {
    settings(namespace, "api-keys")
}

/// Everybody's keys, for admins.
pub fn team_api_keys(namespace: impl Display) -> String {
    settings(namespace, "api-keys?of=team")
}

pub fn api_key_new(namespace: impl Display) -> String {
    settings(namespace, "api-keys/new")
}

pub fn api_key_revoke(namespace: impl Display, key: impl Display, all: bool) -> String {
    settings(namespace, &format!("api-keys/{key}/revoke{}", if all { "?of=team" } else { "" }))
}

pub fn secrets(namespace: impl Display) -> String {
    settings(namespace, "secrets")
}

pub fn secret_new(namespace: impl Display) -> String {
    settings(namespace, "secrets/new")
}

pub fn secret_value(namespace: impl Display, name: impl Display) -> String {
    settings(namespace, &format!("secrets/{name}/value"))
}

pub fn secret_delete(namespace: impl Display, name: impl Display) -> String {
    settings(namespace, &format!("secrets/{name}/delete"))
}

pub fn audit(namespace: impl Display) -> String {
    settings(namespace, "audit")
}

pub fn audit_line(namespace: impl Display, number: impl Display) -> String {
    settings(namespace, &format!("audit/{number}"))
}

/// The page that this one opens over; `None` where it is a page itself.
pub fn page_under(path: &str) -> Option<&str> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    if path == DEACTIVATE {
        return None;
    }
    if path.starts_with(DEACTIVATE) {
        return Some(DEACTIVATE);
    }
    // `/{workspace}/settings/{page}`, and what follows it.
    let (end, _) = path.match_indices('/').nth(3)?;
    let page = path.get(..end)?;
    page.split('/').nth(2).filter(|step| *step == "settings").map(|_| page)
}

/// The same page of another workspace, without what belongs to the old one.
pub fn same_page_of(path: &str, namespace: &str) -> String {
    let mut parts = path.split('/').skip(2);
    match (parts.next(), parts.next()) {
        (Some("settings"), Some(page)) => settings(namespace, page),
        _ => team(namespace),
    }
}

pub fn confirm_email(token: &str) -> String {
    format!("/confirm-email#token={token}")
}
