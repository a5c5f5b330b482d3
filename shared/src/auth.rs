//! Bodies of signing up, confirming, signing in and proving oneself again.

use crate::{error::Issue, passkey::AuthenticationResponse, second_factor::Method};
use serde::{Deserialize, Serialize};

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUp {
    /// Up to 254 characters. We mail a link there to confirm it.
    pub email: String,
    /// 12 to 256 characters, not a common one and not made of your own names.
    pub password: String,
    /// 1 to 39 lowercase letters, digits and single hyphens; also the namespace of your private workspace.
    pub username: String,
    /// Up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The token of an invitation to this very email, which confirms it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// A one-time token from a mailed link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The part of the link after `#token=`.
    pub token: String,
}

/// Email and password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The email of the account, up to 254 characters, in any letter case.
    pub email: String,
    /// The password of the account.
    pub password: String,
}

/// The password, or a second factor: one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reauthenticate {
    /// The password of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Which second factor, in place of the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// A code of the authenticator app, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The browser's answer for a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<AuthenticationResponse>,
}

/// Whose password to reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordResetRequest {
    /// The email of the account, up to 254 characters, in any letter case.
    pub email: String,
}

/// A mailed token and the new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordReset {
    /// The part of the link after `#token=`.
    pub token: String,
    /// 12 to 256 characters, not a common one and not made of your own names.
    pub password: String,
}

/// The account that a mailed link sets a password for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MailedLink {
    /// The email to sign in with afterwards.
    pub email: String,
}

/// Why a text is not the name it should be, tied to its field.
pub fn field<T>(name: &str, parsed: Result<T, Issue>) -> Result<T, Issue> {
    parsed.map_err(|issue| Issue::new(format!("{name}: {}", issue.message)))
}
