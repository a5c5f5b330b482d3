//! What is stored of recovery codes and former factors, and under which keys.

use crate::{
    features::{passkeys::record::PasskeyRecord, totp::record::TotpRecord},
    store::{Key, Prefix, primary_only},
};
use guildhall_shared::{Timestamp, id::LinkId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerFactorRecord {
    pub factor: Former,
    pub removed: Timestamp,
    pub until: Timestamp,
}

/// As it was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Former {
    Totp(TotpRecord),
    Passkey(PasskeyRecord),
    Codes(RecoveryRecord),
}

primary_only!(FormerFactorRecord);

impl Former {
    /// Since when it was a factor.
    pub fn since(&self) -> Timestamp {
        match self {
            Self::Totp(app) => app.confirmed.unwrap_or(app.made),
            Self::Passkey(passkey) => passkey.created,
            Self::Codes(codes) => codes.made,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryRecord {
    pub made: Timestamp,
    pub codes: Vec<RecoveryCodeRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodeRecord {
    /// HMAC of the account and the code, by the installation.
    pub mac: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
}

primary_only!(RecoveryRecord);

/// Primary only: a factor that was removed or replaced, and may come back.
pub fn former_factor(id: LinkId) -> Key<FormerFactorRecord> {
    Key::new(format!("former-factor/{id}"))
}

/// Primary only.
pub fn former_factors() -> Prefix<FormerFactorRecord> {
    Prefix::new("former-factor/".to_owned())
}

/// Primary only.
pub fn recovery() -> Key<RecoveryRecord> {
    Key::new("recovery".to_owned())
}
