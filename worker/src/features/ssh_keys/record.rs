//! What is stored of SSH keys, and under which keys.

use crate::store::{Key, Priority, Record};
use guildhall_shared::{AccountId, SshKeyId, Timestamp, ssh_key::Algorithm};
use serde::{Deserialize, Serialize};

/// The keys of an account, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKeysRecord {
    pub keys: Vec<SshKeyEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKeyEntry {
    pub id: SshKeyId,
    pub name: String,
    pub algorithm: Algorithm,
    pub bits: u32,
    pub fingerprint: String,
    pub public_key: String,
    pub created: Timestamp,
}

impl Record for SshKeysRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Credential);
}

/// All of an account's.
pub fn ssh_keys(account: AccountId) -> Key<SshKeysRecord> {
    Key::new(format!("account/{account}/ssh-keys"))
}
