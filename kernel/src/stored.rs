//! Encoding and decoding of stored records.

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
    /// When KV deletes it from the replica. The primary keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl Stored {
    /// A value without list metadata or expiry.
    pub const fn plain(value: String) -> Self {
        Self { value, meta: None, expires: None }
    }
}

pub fn encode<R: Record>(record: &R, revision: u64) -> Result<String, String> {
    let json = json::to_string(record).map_err(|why| why.to_string())?;
    Ok(format!("{} {revision} {json}", R::VERSION))
}

/// The revision and the record in stored bytes of any version.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Priority;

    /// Its first version had one name, its second has the two parts of it.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Name {
        first: String,
        last: String,
    }

    impl Record for Name {
        const VERSION: u8 = 2;
        const PRIORITY: Option<Priority> = None;

        fn upgrade(version: u8, json: &str) -> Option<Self> {
            let whole: String = (version == 1).then(|| json::from_str(json).ok())??;
            let (first, last) = whole.split_once(' ').unwrap_or((&whole, ""));
            Some(Self { first: first.to_owned(), last: last.to_owned() })
        }
    }

    #[test]
    fn every_version_of_a_record_is_read_and_the_newest_is_written() {
        let ana = || Name { first: "Ana".to_owned(), last: "Moreau".to_owned() };
        let newest = r#"2 7 {"first":"Ana","last":"Moreau"}"#;
        assert_eq!(encode(&ana(), 7).unwrap(), newest);
        for stored in [newest, r#"1 7 "Ana Moreau""#] {
            assert_eq!(decode::<Name>(stored).unwrap(), (7, ana()), "{stored}");
        }
    }

    #[test]
    fn what_is_no_record_is_refused_without_its_words() {
        for (stored, why) in [
            (r#"3 7 "Ana Moreau""#, "unknown format version 3"),
            ("1 7 5", "unknown format version 1"),
            ("x 7 {}", "no format version"),
            ("2 x {}", "no revision"),
            ("2 7", "no record"),
        ] {
            assert_eq!(decode::<Name>(stored).unwrap_err(), why);
        }
        let why = decode::<Name>(r#"2 7 {"first":5,"last":"secret"}"#).unwrap_err();
        assert!(!why.contains("secret") && !why.contains('5'), "{why}");
    }
}
