//! A named value that a team shares with its workloads. The value comes in and never goes out.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The fields that secrets can be ordered by, first the one that they are ordered by where nobody asks.
pub const ORDERS: [&str; 3] = ["dtCreated", "name", "dtModified"];

/// A secret of a team, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// 1 to 128 letters, digits and underscores, starting with a letter.
    pub name: String,
    /// When the secret was created.
    pub dt_created: Timestamp,
    /// When its value last changed.
    pub dt_modified: Timestamp,
}

// No Debug: it would print the value.
/// A new secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecretCreate {
    /// 1 to 128 letters, digits and underscores, starting with a letter. Unique in the team.
    pub name: String,
    /// 1 to 8,192 characters, saved exactly as sent.
    pub value: String,
}

// No Debug: it would print the value.
/// A new value for a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecretUpdate {
    /// 1 to 8,192 characters, saved exactly as sent.
    pub value: String,
}
