//! Reads the records under a prefix page by page. Sees records written meanwhile, if they sort after the current position.

use crate::{Prefix, Record, Records, decode};

/// Records, each with its key and the revision it was written in.
type Page<R> = Vec<(String, u64, R)>;

pub struct Walk<R> {
    prefix: Prefix<R>,
    /// The last key seen.
    after: String,
    most: usize,
}

impl<R: Record> Walk<R> {
    pub const fn new(prefix: Prefix<R>, most: usize) -> Self {
        Self { prefix, after: String::new(), most }
    }

    /// The next records; `None` at the end.
    pub fn next(&mut self, records: &dyn Records) -> Result<Option<Page<R>>, String> {
        let rows = records.scan(self.prefix.as_str(), &self.after, self.most)?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        self.after.clone_from(last);
        let rows = rows.into_iter().map(|(key, stored)| {
            let (revision, record) = decode(&stored.value)?;
            Ok((key, revision, record))
        });
        rows.collect::<Result<_, _>>().map(Some)
    }
}
