//! Reads from the primary, in the same shape as reads from the replica: for `no-cache`, for misses, for lists longer than KV
//! returns at once, and for records that never leave the primary.

use crate::{InternalError, Json, ListQuery, Product, Records, Row, Transaction};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    pub keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ReadList>,
}

/// A list by the prefix of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadList {
    pub prefix: String,
    /// A page of it, where it has an index; else all of it, in the order of the keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<ListQuery>,
}

impl ReadList {
    pub fn whole(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), page: None }
    }
}

/// The result of a `Read`, from an object or from the replica.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Found {
    pub values: Vec<Option<String>>,
    pub rows: Vec<Row>,
}

impl Read {
    pub fn run<P: Product>(&self, records: &dyn Records, now: Timestamp) -> Result<Found, InternalError> {
        let mut found = Found::default();
        let tx = Transaction::<P>::new(records, now);
        for key in &self.keys {
            found.values.push(P::for_readers(&tx, key).map(|stored| stored.value));
        }
        tx.finish()?;
        if let Some(ReadList { prefix, page }) = &self.list {
            let rows = match page {
                Some(query) => records.list(prefix, query)?,
                None => records.scan(prefix, "", usize::MAX)?,
            };
            for (key, stored) in rows {
                if let (Some(id), Some(meta)) = (key.get(prefix.len()..), stored.meta) {
                    found.rows.extend(Row::new(id, Json::parse(meta)?));
                }
            }
        }
        Ok(found)
    }
}
