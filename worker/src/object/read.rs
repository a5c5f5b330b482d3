//! Reading from the primary, in the shape in which the replica is read: for `no-cache`, for misses,
//! for lists beyond what KV gives at once, and for what never leaves the primary.

use super::{Json, to_json};
use crate::{
    domain::view::for_readers,
    error::Broken,
    store::{Draft, Records, Row},
};
use guildhall_shared::{
    Timestamp,
    page::{Cursor, Page},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    pub keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
}

/// What an object, or the replica, gives for a `Read`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Found {
    pub values: Vec<Option<String>>,
    pub rows: Vec<Row>,
}

impl Read {
    pub fn run(&self, records: &dyn Records, now: Timestamp) -> Result<Json, Broken> {
        let mut found = Found::default();
        let draft = Draft::new(records, now);
        for key in &self.keys {
            found.values.push(for_readers(&draft, key).map(|stored| stored.value));
        }
        draft.into_commit()?;
        if let Some(prefix) = &self.list {
            for (key, stored) in records.scan(prefix, "", usize::MAX)? {
                if let (Some(id), Some(meta)) = (key.get(prefix.len()..), stored.meta) {
                    found.rows.extend(Row::new(id, Json::parse(meta)?));
                }
            }
        }
        to_json(&found)
    }
}

/// Cuts a page out of rows, wherever they came from.
pub fn cut(page: &Page, rows: Vec<Row>) -> (Vec<Row>, Option<Cursor>) {
    page.cut(rows, |row| Cursor { at: row.at, id: row.id.clone() })
}
