//! What is stored of passkeys, and under which keys.

use crate::{
    credentials::webauthn::{KIND, cose::PublicKey},
    store::{Key, Prefix, primary_only},
};
use guildhall_shared::{
    PasskeyId, Timestamp,
    passkey::{CredentialDescriptor, Passkey},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRecord {
    pub id: PasskeyId,
    pub name: String,
    /// The authenticator's own id of it, in base64url.
    pub credential: String,
    pub key: PublicKey,
    /// Signatures so far, as the authenticator counts them; 0 where it does not.
    pub count: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub transports: Vec<String>,
    pub created: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// When its counter said that there may be a copy of it. It proves nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect: Option<Timestamp>,
    /// Whether it came back when the account was taken back. It may be on a device that was lost: it signs in alone
    /// only once it has been used together with the password.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub returned: bool,
}

primary_only!(PasskeyRecord);

impl PasskeyRecord {
    pub fn shown(self) -> Passkey {
        let Self {
            id,
            name,
            credential: _,
            key: _,
            count: _,
            backup_eligible: _,
            backed_up,
            transports: _,
            created,
            used,
            suspect,
            returned: _,
        } = self;
        Passkey {
            id,
            name,
            is_backed_up: backed_up,
            is_suspect: suspect.map(|_| true),
            dt_created: created,
            dt_last_used: used,
            recovery_codes: None,
        }
    }

    pub fn descriptor(self) -> CredentialDescriptor {
        CredentialDescriptor { kind: KIND.to_owned(), id: self.credential, transports: self.transports }
    }
}

/// A challenge that was answered, until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentRecord {
    pub expires: Timestamp,
}

primary_only!(SpentRecord);

/// Primary only.
pub fn passkey(id: PasskeyId) -> Key<PasskeyRecord> {
    Key::new(format!("passkey/{id}"))
}

/// Primary only.
pub fn passkeys() -> Prefix<PasskeyRecord> {
    Prefix::new("passkey/".to_owned())
}

/// Primary only: a challenge that a passkey has answered, by its nonce.
pub fn spent(nonce: &str) -> Key<SpentRecord> {
    Key::new(format!("spent/{nonce}"))
}

/// Primary only.
pub fn spent_challenges() -> Prefix<SpentRecord> {
    Prefix::new("spent/".to_owned())
}
