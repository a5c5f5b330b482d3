//! A line of a team's audit log, as admins read it.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The line's number in the team's chain, from 1.
    pub id: String,
    pub dt_created: Timestamp,
    /// `resource.verb`, such as `secret.create`.
    pub action: String,
    pub actor: AuditActor,
    /// The id or name of what was acted on.
    pub target: String,
    /// The target in words; `erased` after its person's data is gone.
    pub target_name: String,
    /// The address the request came from; left out where the platform itself acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What changed, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// SHA-256 of the chained line, in hexadecimal.
    pub hash: String,
    /// The hash of the line before; zeros in the first.
    pub previous: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditActor {
    /// An account's id, or `system`.
    pub id: String,
    pub name: String,
    /// The API key that acted for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}
