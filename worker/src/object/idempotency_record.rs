//! The answers that are kept for repeated calls.

use crate::{
    access::asked::Asked,
    json::Json,
    store::{Key, Prefix, Priority, Record},
};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    pub body: String,
    /// `None` while the first call is still at work; an answer may be `null`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")]
    pub reply: Option<Json>,
    pub expires: Timestamp,
    /// `None` in a record of an older version, which nobody gets: who may is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Vec<Asked>>,
}

impl Record for IdempotencyRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

// Every object owns, primary only:

pub fn idempotency(hash: &str) -> Key<IdempotencyRecord> {
    Key::new(format!("idempotency/{hash}"))
}

pub fn idempotencies() -> Prefix<IdempotencyRecord> {
    Prefix::new("idempotency/".to_owned())
}

/// What is there, `null` too, is an answer.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}
