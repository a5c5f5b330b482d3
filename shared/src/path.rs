//! Every path of the API as a function. Called with names in braces they give the router its
//! patterns: `team_member("{team}", "{user}")`.

use core::fmt::Display;

/// The base of the API.
pub const BASE: &str = "/v1";
/// The base of the page dialect.
pub const PAGE_BASE: &str = "/paperspace/v1";

/// What the Worker's own paths begin with, at the root and behind the bases: nobody gets such a name, since whoever
/// mistakes one base for another would meet someone's workspace. A test holds the table of routes against it.
pub const FIRST_PARTS: &[&str] =
    &["account", "assets", "auth", "dev", "health", "invitations", "paperspace", "teams", "v1"];

pub const HEALTH: &str = "/v1/health";
pub const OPENAPI: &str = "/v1/openapi.json";
/// The same of the page dialect.
pub const PAGE_OPENAPI: &str = "/paperspace/v1/openapi.json";
/// No route: the words that guessers try first, a file that the Worker and the console read. Its name holds the start of
/// its SHA-256, since browsers keep what lies there.
pub const WORDS: &str = "/assets/words-7619edbf.txt";
/// No route either: the passwords of breaches whose digest begins with this byte.
pub fn breached_passwords(first: u8) -> String {
    format!("/v1/breached_passwords/{first:02x}.bin")
}
pub const SIGN_UP: &str = "/v1/auth/sign-up";
pub const CONFIRM_EMAIL: &str = "/v1/auth/confirm-email";
pub const CONFIRM_EMAIL_RESEND: &str = "/v1/auth/confirm-email/resend";
pub const CONFIRM_EMAIL_DENY: &str = "/v1/auth/confirm-email/deny";
pub const SIGN_IN: &str = "/v1/auth/sign-in";
pub const SIGN_IN_CHALLENGE: &str = "/v1/auth/sign-in/challenge";
pub const SIGN_OUT: &str = "/v1/auth/sign-out";
pub const REAUTHENTICATE: &str = "/v1/auth/reauthenticate";
pub const PASSWORD_RESET: &str = "/v1/auth/password-reset";
pub const MAILED_LINK: &str = "/v1/auth/mailed-link";
pub const UNLOCK: &str = "/v1/auth/unlock";
pub const COME_BACK: &str = "/v1/auth/come-back";
pub const EMAIL_UNDO: &str = "/v1/auth/email-undo";
pub const TAKE_BACK: &str = "/v1/auth/take-back";
pub const SESSION: &str = "/v1/auth/session";
pub const SESSION_TEAM: &str = "/v1/auth/session/team";
pub const ACCOUNT: &str = "/v1/account";
pub const ACCOUNT_INVITATIONS: &str = "/v1/account/invitations";
pub const ACCOUNT_DEACTIVATION: &str = "/v1/account/deactivation";
pub const ACCOUNT_EMAIL: &str = "/v1/account/email";
pub const ACCOUNT_PASSWORD: &str = "/v1/account/password";
pub const ACCOUNT_SESSIONS: &str = "/v1/account/sessions";
pub const ACCOUNT_SECOND_FACTOR: &str = "/v1/account/second-factor";
pub const ACCOUNT_TOTP: &str = "/v1/account/totp";
pub const ACCOUNT_RECOVERY_CODES: &str = "/v1/account/recovery-codes";
pub const ACCOUNT_SECURITY_LOG: &str = "/v1/account/security-log";
pub const ACCOUNT_SSH_KEYS: &str = "/v1/account/ssh-keys";
pub const ACCOUNT_PASSKEYS: &str = "/v1/account/passkeys";
pub const ACCOUNT_PASSKEYS_ACCEPTED: &str = "/v1/account/accepted-passkeys";
pub const ACCOUNT_PASSKEY_OPTIONS: &str = "/v1/account/passkey-options";
pub const PASSKEY_SIGN_IN: &str = "/v1/auth/passkey";
pub const PASSKEY_SIGN_IN_OPTIONS: &str = "/v1/auth/passkey/options";
pub const REAUTHENTICATE_OPTIONS: &str = "/v1/auth/reauthenticate/options";
pub const TEAMS: &str = "/v1/teams";
pub const INVITATIONS_ACCEPT: &str = "/v1/invitations/accept";
pub const INVITATIONS_DECLINE: &str = "/v1/invitations/decline";
pub const INVITATIONS_PREVIEW: &str = "/v1/invitations/preview";

pub fn account_session(session: impl Display) -> String {
    format!("/v1/account/sessions/{session}")
}

pub fn account_ssh_key(key: impl Display) -> String {
    format!("/v1/account/ssh-keys/{key}")
}

pub fn account_passkey(passkey: impl Display) -> String {
    format!("/v1/account/passkeys/{passkey}")
}

pub fn team(team: impl Display) -> String {
    format!("/v1/teams/{team}")
}

pub fn team_members(team: impl Display) -> String {
    format!("/v1/teams/{team}/users")
}

pub fn team_member(team: impl Display, user: impl Display) -> String {
    format!("/v1/teams/{team}/users/{user}")
}

pub fn team_invitations(team: impl Display) -> String {
    format!("/v1/teams/{team}/invitations")
}

pub fn team_invitation(team: impl Display, invitation: impl Display) -> String {
    format!("/v1/teams/{team}/invitations/{invitation}")
}

pub fn team_invitation_resend(team: impl Display, invitation: impl Display) -> String {
    format!("/v1/teams/{team}/invitations/{invitation}/resend")
}

pub fn team_secrets(team: impl Display) -> String {
    format!("/v1/teams/{team}/secrets")
}

pub fn team_secret(team: impl Display, name: impl Display) -> String {
    format!("/v1/teams/{team}/secrets/{name}")
}

pub fn team_api_keys(team: impl Display) -> String {
    format!("/v1/teams/{team}/api-keys")
}

pub fn team_api_key(team: impl Display, key: impl Display) -> String {
    format!("/v1/teams/{team}/api-keys/{key}")
}

pub fn team_audit(team: impl Display) -> String {
    format!("/v1/teams/{team}/audit")
}
