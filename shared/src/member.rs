//! People in a team (contract: `TeamMember`).

use crate::{
    id::{AccountId, TeamId},
    text::lower,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A person in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// The account of the member.
    pub user_id: AccountId,
    /// The team.
    pub team_id: TeamId,
    /// The confirmed email of the member.
    pub email: String,
    /// Whether they are an admin; the owner always is.
    pub is_admin: bool,
    /// Whether they own the team. Each team has one owner.
    pub is_owner: bool,
    /// When they joined.
    pub dt_confirmed: Timestamp,
    /// Whether their sign-in asks for a second factor. Only admins see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_second_factor: Option<bool>,
    /// Whether the account is deactivated; it can be restored for 14 days. Left out when it is not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_deactivated: bool,
    /// The member's account.
    pub user: MemberUser,
}

/// The account of a member, as the team sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemberUser {
    /// The account.
    pub id: AccountId,
    /// The confirmed email of the account.
    pub email: String,
    /// The unique name of the account.
    pub username: String,
    /// Empty when the person gave none.
    pub first_name: String,
    /// Empty when the person gave none.
    pub last_name: String,
    /// The day of their last request, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_active: Option<Timestamp>,
}

/// The fields that members can be ordered by, first the one that they are ordered by where nobody asks.
pub const ORDERS: [&str; 5] = ["dtConfirmed", "name", "email", "role", "lastActive"];

/// The name that people are shown by: first and last, or the username.
pub fn shown_name(first: &str, last: &str, username: &str) -> String {
    let name = format!("{first} {last}");
    if name.trim().is_empty() { username.to_owned() } else { name.trim().to_owned() }
}

/// What a search for members looks through.
pub fn searched(name: &str, username: &str, email: &str) -> String {
    lower(&format!("{name} {username} {email}"))
}

/// The new role of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemberUpdate {
    /// `true` for an admin, `false` for a member.
    pub is_admin: bool,
}
