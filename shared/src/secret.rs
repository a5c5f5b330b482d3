//! A named value that a team shares with its workloads. The value comes in and never goes out.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    pub name: String,
    pub dt_created: Timestamp,
    pub dt_modified: Timestamp,
}

// No Debug: it would print the value.
/// A secret as it is made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecretCreate {
    pub name: String,
    pub value: String,
}

// No Debug: it would print the value.
/// A new value for a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecretUpdate {
    pub value: String,
}
