//! Whether the server is up, and what each of the installation's keys still holds.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The server is up and reaches its storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// The version of the server.
    pub version: String,
    /// The keys of `INSTALLATION_KEYS`, in their order.
    pub keys: Vec<InstallationKey>,
}

/// One of the installation's keys. The first makes new things; an older one can be dropped once `dtDone` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InstallationKey {
    /// The id of the key.
    pub id: String,
    /// Whether new things are made with it.
    pub is_current: bool,
    /// How many team keys and authenticator apps are still encrypted with it, by the last count. What could not be
    /// asked counts too. Missing for the current key, and before the first count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// Since when nothing is encrypted with it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_done: Option<Timestamp>,
    /// Until when a link in a mail may be good that was made with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_links_end: Option<Timestamp>,
}
