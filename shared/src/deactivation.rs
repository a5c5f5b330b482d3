//! Leaving: what blocks it, what goes, and until when one may come back.

use crate::{
    id::TeamId,
    timestamp::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long a deactivated account can come back, in milliseconds.
pub const COME_BACK: i64 = 14 * DAY;

/// What deactivating your account does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deactivation {
    /// Teams that you own with other people in them. You can deactivate your account once there are none.
    pub blockers: Vec<DeactivationTeam>,
    /// Teams that are deleted with the account: those that only you belong to, the private workspace first.
    pub teams: Vec<DeactivationTeam>,
    /// Teams that stay without you.
    pub memberships: Vec<DeactivationTeam>,
    /// How many API keys you have, in all teams.
    pub api_keys: usize,
    /// How many SSH keys you have.
    pub ssh_keys: usize,
    /// How many secrets the teams hold that are deleted.
    pub secrets: usize,
    /// How many sessions you have.
    pub sessions: usize,
}

/// A team that deactivating your account affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeactivationTeam {
    /// The team.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
    /// Whether this is your private workspace.
    pub is_private: bool,
    /// How many people are in it, you among them.
    pub members: usize,
}

/// Confirms that you mean this account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Deactivate {
    /// Your username.
    pub username: String,
}

/// A deactivated account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deactivated {
    /// When the account is deleted permanently. Until then it can be restored.
    pub dt_erased: Timestamp,
}
