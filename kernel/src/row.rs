//! A row of a list.

use crate::json::{self, Json};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// What follows the prefix in its key, the time lists are ordered by, and the metadata, read as its own type by whoever
/// shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    pub at: Timestamp,
    pub meta: Json,
}

impl Row {
    /// `None` where the metadata is not a list that begins with a time.
    pub fn new(id: &str, meta: Json) -> Option<Self> {
        // Of a thousand rows a few are shown, so no more of each is read here.
        let first = meta.as_str().strip_prefix('[')?.split([',', ']']).next()?;
        let at = first.trim().parse().ok()?;
        Some(Self { id: id.to_owned(), at: Timestamp::from_millis(at), meta })
    }

    /// The metadata; a type may borrow from it what goes out as it stands.
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
