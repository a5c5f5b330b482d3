//! A workspace that people share.

use crate::{id::TeamId, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

/// The profile of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// 1 to 64 characters.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
    /// Empty when the team has none.
    pub bio: String,
    /// Empty when the team has none.
    pub location: String,
    /// A URL; empty when the team has none.
    pub website: String,
    /// Whether this is a private workspace.
    pub is_private: bool,
    /// When the team was created.
    pub dt_created: Timestamp,
    /// When the profile last changed.
    pub dt_modified: Timestamp,
}

/// A team that you belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TeamSummary {
    /// The team.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// The unique name of the team in URLs.
    pub namespace: String,
    /// Whether this is your private workspace.
    pub is_private: bool,
    /// Whether you are an admin there.
    pub is_admin: bool,
    /// Whether you own the team.
    pub is_owner: bool,
    /// When the team was created.
    pub dt_created: Timestamp,
}

/// A new team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TeamCreate {
    /// 1 to 64 characters.
    pub name: String,
    /// 1 to 39 lowercase letters, digits and single hyphens, unique across teams and accounts.
    pub namespace: String,
}

/// Changes to a team. Fields that you leave out keep their values; an empty text clears one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[derive(Default)]
pub struct TeamPatch {
    /// 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 1 to 39 lowercase letters, digits and single hyphens. The old one stays reserved for the team for 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Up to 280 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// Up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// A URL of up to 200 characters that starts with `https://` or `http://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}
