//! Timers, for which an object wakes by itself.
//!
//! A timer is stored twice: by name, to find, move and stop it, and by time, so that the next timer is always the first row.

use crate::{Class, Priority, Record, Records, Stored, Writes, decode, encode, key, walk::Walk};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// When a timer fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub at: Timestamp,
}

impl Record for Due {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

/// Rows that the alarm reads at a time.
const PAGE: usize = 16;

/// When the first timer fires; `None` if none is set.
pub fn first(records: &dyn Records) -> Result<Option<Timestamp>, String> {
    let rows = records.scan(key::timers().as_str(), "", 1)?;
    rows.first().map(|(_, row)| Ok(decode::<Due>(&row.value)?.1.at)).transpose()
}

/// The names of the timers that are due, in order. Reads at most one page of the others.
pub fn expired(records: &dyn Records, now: Timestamp) -> Result<Vec<String>, String> {
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

/// Sets a timer in writes that come from no transaction.
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

/// Work that an object does by itself at a set time.
pub trait Timer: Sized + 'static {
    type On: Class;
    /// Stored, so it must never change.
    const NAME: &'static str;

    /// Tells several timers of this type apart; empty if there is only one.
    fn which(&self) -> String;
    fn parse(which: &str) -> Option<Self>;

    /// The stored name.
    fn name(&self) -> String {
        match self.which() {
            which if which.is_empty() => Self::NAME.to_owned(),
            which => format!("{}/{which}", Self::NAME),
        }
    }

    /// The timer with this name, if it is of this type.
    fn named(name: &str) -> Option<Self> {
        let which = name.strip_prefix(Self::NAME)?;
        if which.is_empty() { Self::parse("") } else { Self::parse(which.strip_prefix('/')?) }
    }
}
