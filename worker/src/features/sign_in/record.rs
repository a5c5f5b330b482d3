//! What is stored of signing in: challenges, known browsers, attempts, and under which keys.

use crate::store::{Key, Prefix, primary_only};
use guildhall_shared::{
    Timestamp,
    id::{DeviceId, LinkId},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRecord {
    /// The email that the password came with, by its keyed hash.
    pub email_hash: String,
    pub expires: Timestamp,
}

primary_only!(ChallengeRecord);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// SHA-256 of the cookie.
    pub digest: String,
    pub seen: Timestamp,
    /// Wrong passwords that came from it, which count for themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<Timestamp>,
}

primary_only!(DeviceRecord);

/// Sign-ins that were begun and not yet known to be right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AttemptsRecord {
    pub times: Vec<Timestamp>,
}

/// Requests to reset the password, of an account or of none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResetsRecord {
    pub times: Vec<Timestamp>,
    /// Until when the email is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<Timestamp>,
    /// Until when it cannot be locked, since its mailbox has ended a lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<Timestamp>,
}

primary_only!(ResetsRecord, AttemptsRecord);

/// Primary only: a browser that has signed in before.
pub fn device(id: DeviceId) -> Key<DeviceRecord> {
    Key::new(format!("device/{id}"))
}

/// Primary only.
pub fn devices() -> Prefix<DeviceRecord> {
    Prefix::new("device/".to_owned())
}

/// Primary only: a sign-in that waits for its second factor.
pub fn challenge(id: LinkId) -> Key<ChallengeRecord> {
    Key::new(format!("challenge/{id}"))
}

/// Primary only.
pub fn challenges() -> Prefix<ChallengeRecord> {
    Prefix::new("challenge/".to_owned())
}

pub fn attempts() -> Key<AttemptsRecord> {
    Key::new("attempts".to_owned())
}

/// Requests to reset a password.
pub fn resets() -> Key<ResetsRecord> {
    Key::new("resets".to_owned())
}
