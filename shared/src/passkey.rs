//! Passkeys (WebAuthn Level 3): what the browser is asked for, and what it answers. Names are those
//! of the standard's JSON (section 5.1.8 and 5.1.9), binary fields base64url without padding.

use crate::{id::PasskeyId, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

/// Passkeys that an account has at once.
pub const PASSKEYS_MAX: usize = 20;
/// How long the browser may take, in milliseconds.
pub const TIMEOUT: u32 = 300_000;
/// Public-key algorithms by their COSE numbers, the best liked first: `EdDSA`, `ES256`, `RS256`.
pub const ALGORITHMS: [i32; 3] = [-8, -7, -257];
/// Ways in which a browser may reach an authenticator.
pub const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

/// The answer to a passkey that no account has.
pub const UNKNOWN: &str = "This passkey is not known here. Sign in another way, or with another passkey.";

/// A passkey of your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Passkey {
    /// The passkey.
    pub id: PasskeyId,
    /// 1 to 64 characters.
    pub name: String,
    /// Whether its provider syncs it, rather than keeping it on one device.
    pub is_backed_up: bool,
    /// `true` when its counter suggests that it was cloned, so that it no longer signs in. Left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_suspect: Option<bool>,
    /// When the passkey was added.
    pub dt_created: Timestamp,
    /// When it was last used. Left out while it is unused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_last_used: Option<Timestamp>,
    /// Ten recovery codes, in the answer that adds the account's first second factor and never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes: Option<Vec<String>>,
}

/// The passkeys of your account, for the browser's `PublicKeyCredential.signalAllAcceptedCredentials` and
/// `signalCurrentUserDetails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AcceptedPasskeys {
    /// The host that passkeys are bound to.
    pub rp_id: String,
    /// The id under which passkeys store the account, in base64url.
    pub user_id: String,
    /// The account's email.
    pub name: String,
    /// The name that browsers show.
    pub display_name: String,
    /// The ids of the passkeys, in base64url.
    pub all_accepted_credential_ids: Vec<String>,
}

/// A new passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasskeyCreate {
    /// 1 to 64 characters, such as the device that holds it.
    pub name: String,
    /// The browser's answer to the creation options.
    pub credential: RegistrationResponse,
}

/// A new name for a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasskeyRename {
    /// 1 to 64 characters.
    pub name: String,
}

/// A sign-in with a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasskeySignIn {
    /// The browser's answer to the request options.
    pub credential: AuthenticationResponse,
}

/// Options for `navigator.credentials.create` (WebAuthn: `PublicKeyCredentialCreationOptionsJSON`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// The site that the passkey is for.
    pub rp: RelyingParty,
    /// The account that the passkey is for.
    pub user: PasskeyUser,
    /// Random bytes in base64url.
    pub challenge: String,
    /// Accepted signature algorithms, the preferred one first.
    pub pub_key_cred_params: Vec<CredentialParameters>,
    /// Milliseconds that the browser may take.
    pub timeout: u32,
    /// Passkeys that the account has.
    pub exclude_credentials: Vec<CredentialDescriptor>,
    /// What the authenticator has to support.
    pub authenticator_selection: AuthenticatorSelection,
    /// Always `none`.
    pub attestation: String,
}

/// The site that a passkey is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RelyingParty {
    /// The host name of the console.
    pub id: String,
    /// The name of the site.
    pub name: String,
}

/// The account that a passkey is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasskeyUser {
    /// A random handle of the account in base64url.
    pub id: String,
    /// The email of the account.
    pub name: String,
    /// The name of the person.
    pub display_name: String,
}

/// A signature algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CredentialParameters {
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its COSE number, such as -7 for ES256.
    pub alg: i32,
}

/// A passkey, as the browser knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CredentialDescriptor {
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of the credential in base64url.
    pub id: String,
    /// Ways in which the browser may reach it, such as `internal` or `usb`.
    pub transports: Vec<String>,
}

/// What the authenticator has to support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatorSelection {
    /// Always `required`: a passkey signs in without an email.
    pub resident_key: String,
    /// Always `true`.
    pub require_resident_key: bool,
    /// Always `required`.
    pub user_verification: String,
}

/// Options for `navigator.credentials.get` (WebAuthn: `PublicKeyCredentialRequestOptionsJSON`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// Random bytes in base64url.
    pub challenge: String,
    /// Milliseconds that the browser may take.
    pub timeout: u32,
    /// The host name of the console.
    pub rp_id: String,
    /// Passkeys that may answer; empty when the account is not known yet.
    pub allow_credentials: Vec<CredentialDescriptor>,
    /// Always `required`.
    pub user_verification: String,
}

/// The browser's answer for a new passkey (WebAuthn: `RegistrationResponseJSON`). Other fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    /// The id of the credential in base64url.
    pub id: String,
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the authenticator answered.
    pub response: Attestation,
}

/// An authenticator's answer for a new passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Attestation {
    /// The browser's client data in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The attestation object in base64url.
    pub attestation_object: String,
    /// Ways in which the browser may reach the authenticator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transports: Option<Vec<String>>,
}

/// The browser's answer for a known passkey (WebAuthn: `AuthenticationResponseJSON`). Other fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    /// The id of the credential in base64url.
    pub id: String,
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the authenticator answered.
    pub response: AssertionResponse,
}

/// An authenticator's answer for a known passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// The browser's client data in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The authenticator's data in base64url.
    pub authenticator_data: String,
    /// The signature in base64url.
    pub signature: String,
    /// The handle of the account in base64url; an authenticator that was asked for a known passkey may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_handle: Option<String>,
}
