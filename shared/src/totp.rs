//! Setting up the authenticator app, and turning it off.

use serde::{Deserialize, Serialize};

/// What an authenticator app is given, in this answer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotpSetup {
    /// The seed in base32 (RFC 4648), without padding.
    #[serde(default)]
    pub secret: String,
    /// The same as an `otpauth:` address, which a QR code can hold.
    #[serde(default)]
    pub uri: String,
}

/// The body of `PUT` and `DELETE /v1/account/totp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotpCode {
    /// Of the authenticator app; to turn it off, a recovery code will do.
    pub code: String,
}
