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
    close(json::to_string(record), R::VERSION, revision)
}

/// What of `encode` is the same for all records.
pub(super) fn close(json: Result<String, json::Unsupported>, version: u8, revision: u64) -> Result<String, String> {
    json.map(|json| format!("{version} {revision} {json}")).map_err(|why| why.to_string())
}

/// The revision and the record out of stored bytes.
pub fn decode<R: Record>(value: &str) -> Result<(u64, R), String> {
    let mut record = None;
    let revision = open(value, R::VERSION, &mut |json| {
        record = Some(json.read()?);
        Ok(())
    })?;
    record.map(|record| (revision, record)).ok_or_else(|| "no record".to_owned())
}

/// Reads the JSON of a record.
pub(super) type ReadJson<'a> = dyn FnMut(json::Node<'_>) -> Result<(), json::Wrong> + 'a;

/// What of `decode` is the same for all records.
pub(super) fn open(value: &str, known: u8, read: &mut ReadJson<'_>) -> Result<u64, String> {
    let (revision, json) = parts(value, known)?;
    let read = json::Tree::parse(json).and_then(|tree| read(tree.root()));
    read.map(|()| revision).map_err(|why| why.to_string())
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
