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

/// Your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// The email of the account.
    pub email: String,
    /// The unique name of the account, also the namespace of its private workspace.
    pub username: String,
    /// Empty when you gave none.
    pub first_name: String,
    /// Empty when you gave none.
    pub last_name: String,
    /// What the console opens with: `core` or `gradient`.
    pub default_product: String,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// Preferences of the console.
    pub preferences: Preferences,
    /// When the account was created.
    pub dt_created: Timestamp,
    /// When the email was confirmed. Left out while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dt_confirmed: Option<Timestamp>,
    /// A new email that waits to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<String>,
    /// The team in which a new session starts; left out for the private workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<TeamId>,
    /// When the password last changed. Left out while it is the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_password_changed: Option<Timestamp>,
}

/// Changes to your account. Fields that you leave out keep their values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[derive(Default)]
pub struct AccountPatch {
    /// Up to 64 characters; empty to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Up to 64 characters; empty to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// 1 to 39 lowercase letters, digits and single hyphens. Your private workspace gets the same namespace. The old
    /// one stays reserved for you for 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `core` or `gradient`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_product: Option<String>,
    /// The id of a team that you belong to, or of your private workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<TeamId>,
    /// Preferences of the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
    /// `light`, `dark` or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

/// A new email for your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmailChange {
    /// Up to 254 characters. We mail a link there to confirm it.
    pub email: String,
}

/// A new password for your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    /// 12 to 256 characters, not a common one and not made of your own names.
    pub password: String,
}
