//! A line of a team's audit log, as admins read it.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The number of the line in the team's log, from 1.
    pub id: String,
    /// When it happened.
    pub dt_created: Timestamp,
    /// Resource and verb, such as `secret.create`.
    pub action: String,
    /// Who did it.
    pub actor: AuditActor,
    /// The id or name of what it was done to.
    pub target: String,
    /// The target in words; `erased` once its person's data is deleted.
    pub target_name: String,
    /// The IP address of the request; left out when the platform acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What was there before, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What was there afterwards, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// SHA-256 of the line, chained to the one before, in hexadecimal.
    pub hash: String,
    /// The hash of the line before; zeros in the first.
    pub previous: String,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditActor {
    /// The id of an account, or `system`.
    pub id: String,
    /// The name of the actor; `erased` once its data is deleted.
    pub name: String,
    /// The API key with which the account acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
}
