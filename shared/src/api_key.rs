//! A credential for programs: it belongs to one team and to the member who made it.

use crate::{
    id::{AccountId, ApiKeyId},
    role::Scope,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The start of the key, enough to recognise it.
    pub prefix: String,
    pub scopes: Vec<Scope>,
    pub made_by: AccountId,
    pub dt_created: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_expires: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_last_used: Option<Timestamp>,
    /// The whole key, in the answer to its making and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreate {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_expires: Option<Timestamp>,
    /// Left out: read and write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}
