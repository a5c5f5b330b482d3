//! The person's own account.

use crate::{
    id::{AccountId, TeamId},
    session::Preferences,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

pub const THEMES: [&str; 3] = ["light", "dark", "system"];
/// What the console opens with.
pub const PRODUCTS: [&str; 2] = ["core", "gradient"];

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
    /// A new address that is still to be confirmed from its own mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<String>,
    /// Where a new session starts; left out for the private workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<TeamId>,
    /// Left out while the password is the one of the sign-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_password_changed: Option<Timestamp>,
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
    /// The private workspace is renamed with it. The old one stays reserved for 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `core` or `gradient`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_product: Option<String>,
    /// A team of one's own, by id; the private workspace is one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
    /// `light`, `dark` or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

/// The body of `POST /v1/account/email`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailChange {
    pub email: String,
}

/// The body of `PUT /v1/account/password`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    pub password: String,
}
