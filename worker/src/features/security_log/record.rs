//! What is stored of the security log, and under which keys.

use crate::store::{Key, Prefix, primary_only};
use guildhall_shared::{Timestamp, security_log::SecurityEventKind};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEventRecord {
    /// The newest time.
    pub at: Timestamp,
    pub action: SecurityEventKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    pub address: String,
    pub device: String,
    pub place: String,
    /// How often, where it was more than once.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub count: u64,
    /// The first time, where it was more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// The numbers of the newest line and of the oldest that may stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityHeadRecord {
    pub number: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub oldest: u64,
}

/// The numbers of the lines of one kind that were begun within a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityKindRecord {
    pub recent: Vec<u64>,
}

primary_only!(SecurityEventRecord, SecurityHeadRecord, SecurityKindRecord);

impl SecurityEventRecord {
    pub fn began(&self) -> Timestamp {
        self.since.unwrap_or(self.at)
    }

    pub fn is_alike(&self, other: &Self) -> bool {
        let told = |of: &Self| (of.detail.clone(), of.address.clone(), of.device.clone(), of.place.clone());
        told(self) == told(other)
    }
}

/// Primary only.
pub fn security_head() -> Key<SecurityHeadRecord> {
    Key::new("security-head".to_owned())
}

/// Primary only.
pub fn security_event(number: u64) -> Key<SecurityEventRecord> {
    Key::new(format!("security/{number:010}"))
}

/// Primary only.
pub fn security_events() -> Prefix<SecurityEventRecord> {
    Prefix::new("security/".to_owned())
}

/// Primary only: which lines of one kind are new.
pub fn security_kind(action: SecurityEventKind) -> Key<SecurityKindRecord> {
    Key::new(format!("security-kind/{}", action.as_str()))
}

/// Primary only.
pub fn security_kinds() -> Prefix<SecurityKindRecord> {
    Prefix::new("security-kind/".to_owned())
}

const fn once() -> u64 {
    1
}

// Only where a pointer is as long as the number.
#[cfg_attr(not(target_arch = "wasm32"), expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so"))]
const fn is_once(count: &u64) -> bool {
    *count == 1
}

// As above.
#[cfg_attr(not(target_arch = "wasm32"), expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so"))]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
