//! The person's own account.

use crate::{id::AccountId, session::Preferences, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

pub const THEMES: [&str; 3] = ["light", "dark", "system"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub default_product: String,
    pub theme: String,
    pub preferences: Preferences,
    pub dt_created: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_confirmed: Option<Timestamp>,
}

/// The body of `PATCH /v1/account`: what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[derive(Default)]
pub struct AccountPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// `light`, `dark` or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}
