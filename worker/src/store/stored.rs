//! The bytes of a record, and how they are made and read.

use super::Record;
use crate::json;
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// The bytes of a record. `value` is `"{format version} {revision} {JSON}"`, in the primary and in
/// the replica alike; `meta` is the JSON that a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<String>,
    /// When the replica forgets it; the primary does not by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

pub fn encode<R: Record>(record: &R, revision: u64) -> Result<String, String> {
    let json = json::to_string(record).map_err(|why| why.to_string())?;
    Ok(format!("{} {revision} {json}", R::VERSION))
}

/// The revision and the record out of stored bytes.
pub fn decode<R: Record>(value: &str) -> Result<(u64, R), String> {
    let (revision, json) = parts(value, R::VERSION)?;
    Ok((revision, json::from_str(json).map_err(|why| why.to_string())?))
}

/// The revision and the JSON in stored bytes.
pub fn parts(value: &str, known: u8) -> Result<(u64, &str), String> {
    let mut parts = value.splitn(3, ' ');
    let version = parts.next().and_then(|v| v.parse::<u8>().ok()).ok_or("no format version")?;
    let revision = parts.next().and_then(|r| r.parse().ok()).ok_or("no revision")?;
    if version != known {
        return Err(format!("unknown format version {version}"));
    }
    Ok((revision, parts.next().ok_or("no record")?))
}
