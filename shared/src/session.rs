//! Who is signed in, and where: the answer of `GET /v1/auth/session` (contract: getSession).

use crate::{
    id::{AccountId, SessionId, TeamId},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// `null` on the wire where nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub user: SessionUser,
    /// The workspace where `/` leads; a key's own team.
    pub team: SessionTeam,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract has three, each with its name")]
pub struct SessionUser {
    pub id: AccountId,
    pub email: String,
    pub username: String,
    /// Empty where the person gave none.
    pub first_name: String,
    pub last_name: String,
    pub default_product: String,
    pub theme: String,
    pub dt_created: Timestamp,
    /// Left out while the email is unconfirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_confirmed: Option<Timestamp>,
    pub is_password_auth_enabled: bool,
    pub is_qr_code_based_mfa_enabled: bool,
    pub is_qr_code_based_mfa_confirmed: bool,
    /// Whether a passkey signs in, and is a second factor. To a key always false.
    #[serde(default)]
    pub has_passkeys: bool,
    pub preferences: Preferences,
    /// Every workspace of the person; for a key its own team only.
    pub team_memberships: Vec<Membership>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    pub hotkeys: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionTeam {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
    pub is_private: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    pub is_admin: bool,
    pub is_owner: bool,
    pub team: MembershipTeam,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MembershipTeam {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
    /// Whether this is the person's private workspace.
    pub is_user_team: bool,
    pub dt_created: Timestamp,
}

/// The body of `PUT /v1/auth/session/team`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SwitchTeam {
    /// An id or a namespace.
    pub team: String,
}

/// One of a person's sessions, as `GET /v1/account/sessions` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountSession {
    pub id: SessionId,
    /// In plain words: `Firefox on Linux`.
    pub device: String,
    /// The country's code (ISO 3166-1), or empty where it is not known.
    pub place: String,
    pub address: String,
    pub dt_created: Timestamp,
    /// To the hour.
    pub dt_last_seen: Timestamp,
    pub dt_expires: Timestamp,
    /// Whether this very call was made with it.
    pub is_current: bool,
}
