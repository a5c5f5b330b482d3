//! An offer to join a team.

use crate::{
    id::{InvitationId, TeamId},
    timestamp::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long an invitation is good, in milliseconds.
pub const LIFE: i64 = 7 * DAY;
/// Addresses in one call.
pub const EMAILS_MAX: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub is_admin: bool,
    pub dt_created: Timestamp,
    pub dt_expires: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationCreate {
    pub emails: Vec<String>,
    pub is_admin: bool,
}

/// A pending invitation as the invitee sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountInvitation {
    pub id: InvitationId,
    pub is_admin: bool,
    pub dt_created: Timestamp,
    pub dt_expires: Timestamp,
    pub team: InvitationTeam,
    /// The name of who invited.
    pub invited_by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationTeam {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
}

/// The body of `POST /v1/invitations/accept`: the token of a mail, or the id of one's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[derive(Default)]
pub struct InvitationAccept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InvitationId>,
}
