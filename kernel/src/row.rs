//! A row of a list.

use crate::json::{self, Json};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// The rest of the key after the prefix, the time that lists sort by, and the metadata, which the caller parses as its type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    pub at: Timestamp,
    pub meta: Json,
}

impl Row {
    /// `None` if the metadata is not an array that begins with a time.
    pub fn new(id: &str, meta: Json) -> Option<Self> {
        // Of a thousand rows only a few are shown, so this parses no more than the time.
        let first = meta.as_str().strip_prefix('[')?.split([',', ']']).next()?;
        let at = first.trim().parse().ok()?;
        Some(Self { id: id.to_owned(), at: Timestamp::from_millis(at), meta })
    }

    /// Parses the metadata. The type may borrow from it.
    pub fn read<'r, T: Deserialize<'r>>(&'r self) -> Option<T> {
        json::from_str(self.meta.as_str()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_begins_with_a_time() {
        for meta in ["[1795284000000,\"a]b\"]", "[ 1795284000000 ]"] {
            let row = Row::new("x", Json::parse(meta.to_owned()).unwrap()).unwrap();
            assert_eq!((row.at.millis(), row.meta.as_str()), (1_795_284_000_000, meta));
        }
        for meta in ["[]", "{}", "null", "1795284000000", "[\"1795284000000\"]", "[1.5]", "[1e3]", "[null,1]", "[[1]]"]
        {
            assert!(Row::new("x", Json::parse(meta.to_owned()).unwrap()).is_none(), "{meta}");
        }
    }
}
