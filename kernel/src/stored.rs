//! The bytes of a record, and how they are made and read.

use crate::{Record, json};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// The bytes of a record. `value` is `"{format version} {revision} {JSON}"`, in the primary and in the replica alike; `meta`
/// is the JSON that a list shows.
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

/// The revision and the record out of stored bytes, of whatever version.
pub fn decode<R: Record>(value: &str) -> Result<(u64, R), String> {
    let (version, revision, json) = parts(value)?;
    let record = if version == R::VERSION {
        json::from_str(json).map_err(|why| why.to_string())?
    } else {
        R::upgrade(version, json).ok_or_else(|| format!("unknown format version {version}"))?
    };
    Ok((revision, record))
}

/// The format version, the revision and the JSON in stored bytes.
pub fn parts(value: &str) -> Result<(u8, u64, &str), String> {
    let mut parts = value.splitn(3, ' ');
    let version = parts.next().and_then(|version| version.parse().ok()).ok_or("no format version")?;
    let revision = parts.next().and_then(|revision| revision.parse().ok()).ok_or("no revision")?;
    Ok((version, revision, parts.next().ok_or("no record")?))
}
