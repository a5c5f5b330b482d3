//! Leaving: what stands in the way, what goes, and until when one may come back.

use crate::{
    id::TeamId,
    timestamp::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long a deactivated account can come back, in milliseconds.
pub const COME_BACK: i64 = 14 * DAY;

/// What deactivating the account would meet now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deactivation {
    /// Teams that one owns with other people in them. Nothing happens while there is one.
    pub blockers: Vec<DeactivationTeam>,
    /// Teams that go whole: those that one owns alone, the private workspace first.
    pub teams: Vec<DeactivationTeam>,
    /// Teams that go on without one.
    pub memberships: Vec<DeactivationTeam>,
    /// One's own API keys, in all teams.
    pub api_keys: usize,
    pub ssh_keys: usize,
    /// Secrets of the teams that go.
    pub secrets: usize,
    pub sessions: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeactivationTeam {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
    pub is_private: bool,
    /// People in it, oneself among them.
    pub members: usize,
}

/// The body of `POST /v1/account/deactivation`: the username, typed as a promise to have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Deactivate {
    pub username: String,
}

/// A deactivated account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deactivated {
    /// When it is gone for good.
    pub dt_erased: Timestamp,
}
