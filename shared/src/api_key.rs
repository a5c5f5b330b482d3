//! A credential for programs: it belongs to one team and to the member who made it.

use crate::{
    id::{AccountId, ApiKeyId},
    role::Scope,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The fields that API keys can be ordered by, first the one that they are ordered by where nobody asks.
pub const ORDERS: [&str; 2] = ["dtCreated", "name"];

/// An API key. It belongs to one team and to the member who created it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The API key.
    pub id: ApiKeyId,
    /// 1 to 64 characters.
    pub name: String,
    /// The visible beginning of the key: compare it with a key that you hold to see which one it is.
    pub prefix: String,
    /// What the key may do, within what its creator may do.
    pub scopes: Vec<Scope>,
    /// The account that created the key.
    pub made_by: AccountId,
    /// The name of that account, in a list of everybody's keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by_name: Option<String>,
    /// When the key was created.
    pub dt_created: Timestamp,
    /// When the key stops working. Left out for a key that does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_expires: Option<Timestamp>,
    /// The day of its last use. Left out while it is unused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_last_used: Option<Timestamp>,
    /// The whole key, in the answer that creates it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A new API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreate {
    /// 1 to 64 characters, such as the program that will use it.
    pub name: String,
    /// When the key stops working; leave it out for a key that does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_expires: Option<Timestamp>,
    /// What the key may do; leave it out for `read` and `write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}
