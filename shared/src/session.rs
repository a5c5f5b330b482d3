//! Who is signed in, and where: the answer of `GET /v1/auth/session` (contract: getSession).

use crate::{
    id::{AccountId, SessionId, TeamId},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Who is signed in, and in which team. `null` on the wire when nobody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The account that is signed in, or that the API key belongs to.
    pub user: SessionUser,
    /// The team in which the console opens; for an API key, its team.
    pub team: SessionTeam,
}

/// The account behind the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract has three, each with its name")]
pub struct SessionUser {
    /// The account.
    pub id: AccountId,
    /// The email of the account.
    pub email: String,
    /// The unique name of the account.
    pub username: String,
    /// Empty when the person gave none.
    pub first_name: String,
    /// Empty when the person gave none.
    pub last_name: String,
    /// What the console opens with: `core` or `gradient`.
    pub default_product: String,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// When the account was created.
    pub dt_created: Timestamp,
    /// When the email was confirmed. Left out while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_confirmed: Option<Timestamp>,
    /// Whether the account has a password.
    pub is_password_auth_enabled: bool,
    /// Whether an authenticator app is on.
    pub is_qr_code_based_mfa_enabled: bool,
    /// Whether a code of the authenticator app has confirmed it.
    pub is_qr_code_based_mfa_confirmed: bool,
    /// Whether the account has a passkey. Always `false` to an API key.
    #[serde(default)]
    pub has_passkeys: bool,
    /// Preferences of the console.
    pub preferences: Preferences,
    /// Every team of the account; for an API key, its own team only.
    pub team_memberships: Vec<Membership>,
}

/// Preferences of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Whether keyboard shortcuts are on.
    pub hotkeys: bool,
}

/// The team of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionTeam {
    /// The team.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
    /// Whether this is a private workspace.
    pub is_private: bool,
}

/// A team of the account, and the account's role in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// Whether the account is an admin there.
    pub is_admin: bool,
    /// Whether the account owns the team.
    pub is_owner: bool,
    /// The team.
    pub team: MembershipTeam,
}

/// A team of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MembershipTeam {
    /// The team.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
    /// Whether this is the account's private workspace.
    pub is_user_team: bool,
    /// When the team was created.
    pub dt_created: Timestamp,
}

/// The header in which a page says which account it was opened for.
pub const ACCOUNT_HEADER: &str = "guildhall-account";
/// The answer where the browser has meanwhile signed in to another one.
pub const OTHER_ACCOUNT: &str = "You're signed in to a different account in this browser now, so nothing was changed. Load the page again to continue with that account.";

/// The team to switch to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SwitchTeam {
    /// The id or the namespace of a team that you belong to.
    pub team: String,
}

/// A session of your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountSession {
    /// The session.
    pub id: SessionId,
    /// Browser and system in words, such as `Firefox on Linux`.
    pub device: String,
    /// Country code (ISO 3166-1), or empty when it is not known.
    pub place: String,
    /// The IP address of the sign-in.
    pub address: String,
    /// When you signed in.
    pub dt_created: Timestamp,
    /// When it was last used, to the hour.
    pub dt_last_seen: Timestamp,
    /// When it ends unless it is used.
    pub dt_expires: Timestamp,
    /// Whether this call was made with it.
    pub is_current: bool,
}
