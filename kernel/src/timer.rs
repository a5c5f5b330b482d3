//! Timers: what an object wakes for by itself.
//!
//! A timer is stored twice: by name, where it is found to be moved or stopped, and by time, so that the next one is the
//! first row, however many there are.

use crate::{Class, Rank, Record, Records, Stored, Writes, decode, encode, key, walk::Walk};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// When a timer goes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub at: Timestamp,
}

impl Record for Due {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

/// Rows that the alarm reads at a time.
const PAGE: usize = 16;

/// When the first timer goes off; `None` where none is set.
pub fn first(records: &dyn Records) -> Result<Option<Timestamp>, String> {
    let rows = records.scan(key::timers().as_str(), "", 1)?;
    rows.first().map(|(_, row)| Ok(decode::<Due>(&row.value)?.1.at)).transpose()
}

/// The timers that have gone off by now, in order. Of the others it reads a page at most.
pub fn gone_off(records: &dyn Records, now: Timestamp) -> Result<Vec<String>, String> {
    let mut walk = Walk::new(key::timers(), PAGE);
    let mut found = vec![];
    while let Some(rows) = walk.next(records)? {
        for (key, _, due) in rows {
            if due.at > now {
                return Ok(found);
            }
            found.extend(key.splitn(3, '/').nth(2).map(str::to_owned));
        }
    }
    Ok(found)
}

/// Sets a timer in a commit that no transaction makes.
pub fn set(records: &dyn Records, writes: &mut Writes, what: &str, at: Timestamp, revision: u64) -> Result<(), String> {
    let by_name = key::due(what);
    if let Some(before) = records.get(by_name.as_str())? {
        let (_, before) = decode::<Due>(&before.value)?;
        writes.insert(key::timer(before.at, what).as_str().to_owned(), None);
    }
    let row = Stored::plain(encode(&Due { at }, revision)?);
    for key in [by_name, key::timer(at, what)] {
        writes.insert(key.as_str().to_owned(), Some(row.clone()));
    }
    Ok(())
}

/// Something that an object does by itself at a time that was set.
pub trait Timer: Sized + 'static {
    type On: Class;
    /// Stored, so it stays what it is.
    const NAME: &'static str;

    /// Which of several of its kind; empty where there is one.
    fn which(&self) -> String;
    fn parse(which: &str) -> Option<Self>;

    /// The name by which it is stored.
    fn name(&self) -> String {
        match self.which() {
            which if which.is_empty() => Self::NAME.to_owned(),
            which => format!("{}/{which}", Self::NAME),
        }
    }

    /// The timer of this name, where it is one of this kind.
    fn named(name: &str) -> Option<Self> {
        let which = name.strip_prefix(Self::NAME)?;
        if which.is_empty() { Self::parse("") } else { Self::parse(which.strip_prefix('/')?) }
    }
}
