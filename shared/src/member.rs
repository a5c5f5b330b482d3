//! People in a team (contract: `TeamMember`).

use crate::{
    id::{AccountId, TeamId},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    pub user_id: AccountId,
    pub team_id: TeamId,
    pub email: String,
    pub is_admin: bool,
    pub is_owner: bool,
    /// When they joined.
    pub dt_confirmed: Timestamp,
    /// Whether a sign-in of theirs asks for a second factor. For admins only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_second_factor: Option<bool>,
    /// Whether the account is deactivated: it may come back for two weeks. Left out where it is not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_deactivated: bool,
    pub user: MemberUser,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemberUser {
    pub id: AccountId,
    pub email: String,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    /// The day of their last request, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_active: Option<Timestamp>,
}

/// The body of `PUT /v1/teams/{team}/users/{user}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemberUpdate {
    pub is_admin: bool,
}
