//! What is stored of the audit log, and under which keys.

use crate::{
    json,
    store::{Key, primary_only},
};
use data_encoding::HEXLOWER;
use guildhall_shared::{AccountId, Action, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A line as it is chained: the JSON of this struct, fields in this order, is what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLineRecord {
    pub number: u64,
    pub at: Timestamp,
    /// `resource.verb`.
    pub action: String,
    /// An account's id, or `system`.
    pub actor: String,
    /// The API key's id, or empty.
    pub api_key: String,
    /// The id or name of what was acted on.
    pub target: String,
    /// SHA-256 of the side's salt and JSON, in hexadecimal.
    pub side: String,
    /// The hash of the line before.
    pub previous: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditSideRecord {
    pub salt: String,
    pub actor_name: String,
    pub target_name: String,
    pub address: String,
    pub before: String,
    pub after: String,
    #[serde(default)]
    pub erased: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHeadRecord {
    pub number: u64,
    pub hash: String,
}

primary_only!(AuditLineRecord, AuditSideRecord, AuditHeadRecord);

impl AuditLineRecord {
    pub fn hash(&self) -> String {
        let line = json::to_string(self).unwrap_or_default();
        HEXLOWER.encode(&Sha256::digest(line.as_bytes()))
    }
}

impl AuditSideRecord {
    pub fn digest(&self) -> String {
        let fields = [&self.actor_name, &self.target_name, &self.address, &self.before, &self.after];
        let side = json::to_string(&(&self.salt, fields)).unwrap_or_default();
        HEXLOWER.encode(&Sha256::digest(side.as_bytes()))
    }
}

/// What was refused to one member in the minute that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRecord {
    pub since: Timestamp,
    pub counts: Vec<(Action, u64)>,
}

primary_only!(RefusedRecord);

/// Primary only.
pub fn audit_head() -> Key<AuditHeadRecord> {
    Key::new("audit-head".to_owned())
}

/// Primary only.
pub fn audit_line(number: u64) -> Key<AuditLineRecord> {
    Key::new(format!("audit/{number:016}"))
}

/// Primary only: names and addresses, which erasure can empty.
pub fn audit_side(number: u64) -> Key<AuditSideRecord> {
    Key::new(format!("audit-side/{number:016}"))
}

/// Primary only: what was refused to a member in the minute that runs.
pub fn refused(account: AccountId) -> Key<RefusedRecord> {
    Key::new(format!("refused/{account}"))
}
