//! Setting up the authenticator app, and turning it off.

use serde::{Deserialize, Serialize};

/// The seed for an authenticator app, in this answer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotpSetup {
    /// The seed in base32 (RFC 4648), without padding.
    #[serde(default)]
    pub secret: String,
    /// The same as an `otpauth:` URI, for a QR code.
    #[serde(default)]
    pub uri: String,
}

/// A code that proves the second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TotpCode {
    /// Six digits of the authenticator app; to turn it off, also a recovery code.
    pub code: String,
}
