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

/// A pending invitation to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// Whether they join as an admin.
    pub is_admin: bool,
    /// When the invitation was last sent.
    pub dt_created: Timestamp,
    /// When its link stops working.
    pub dt_expires: Timestamp,
    /// The name of the admin who sent it; left out if it was erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub invited_by: String,
}

/// People to invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationCreate {
    /// 1 to 50 emails.
    pub emails: Vec<String>,
    /// `true` to invite admins, `false` to invite members.
    pub is_admin: bool,
}

/// A pending invitation to you.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// Whether you join as an admin.
    pub is_admin: bool,
    /// When the invitation was last sent.
    pub dt_created: Timestamp,
    /// When it stops working.
    pub dt_expires: Timestamp,
    /// The team that invites you.
    pub team: InvitationTeam,
    /// The name of the person who invited you.
    pub invited_by: String,
}

/// The team of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationTeam {
    /// The team.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
}

/// What the token of an invitation's mail offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationPreview {
    /// Who is invited. Only an account with this email can accept.
    pub email: String,
    /// Whether you join as an admin.
    pub is_admin: bool,
    /// When the link stops working.
    pub dt_expires: Timestamp,
    /// The team that you are invited to.
    pub team: InvitationTeam,
    /// The name of the person who invited you; empty if it was erased.
    pub invited_by: String,
}

/// The token of a mailed link, or the id of one of your pending invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[derive(Default)]
pub struct InvitationAccept {
    /// The part of the link after `#token=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The id of one of your pending invitations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InvitationId>,
}
