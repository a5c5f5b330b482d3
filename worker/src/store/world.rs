//! What the stateless edge and an object need of the world: storage, other objects, time, chance.
//! `live` is the platform, `memory` the tests; nothing else may tell them apart.

use super::{Records, Stored, draft::Writes};
use crate::{
    auth::secret::Installation,
    error::Broken,
    json::{self, Json},
    layer::keys::Fitness,
    mail::Letter,
    object::{Envelope, ObjectName, Replied},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A row of a list: what follows the prefix in its key, the time lists are ordered by, and the
/// metadata, read as its own type by whoever shows it.
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

#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub rows: Vec<Row>,
    /// Whether these are all rows; KV gives at most 1,000.
    pub complete: bool,
}

/// A page of a list's names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub names: Vec<String>,
    /// Where the next page starts; `None` where these were the last.
    pub cursor: Option<String>,
}

pub trait Common {
    fn now(&self) -> Timestamp;
    /// Fills with random bytes, or fails: nothing may be made of the bytes then.
    fn random(&self, bytes: &mut [u8]) -> Result<(), Broken>;
    fn installation(&self) -> Rc<Installation>;
    /// Asks an object. `Err(Broken)` means that nobody knows whether it happened.
    fn call(&self, to: ObjectName, envelope: Envelope) -> LocalBoxFuture<'_, Result<Replied, Broken>>;
    /// Runs on after the answer.
    fn later(&self, work: LocalBoxFuture<'static, ()>);
    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()>;
}

/// The stateless side: reads the replica, asks objects.
pub trait Edge: Common {
    /// One bulk read: the stored values, in the order asked.
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, Broken>>;
    /// One list of up to 1,000 rows.
    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, Broken>>;
    /// What this isolate knows of its own keys.
    fn fitness(&self) -> Option<Fitness>;
    fn note_fitness(&self, fitness: Fitness);
    /// Writes the line of a request to the log.
    fn log_request(&self, line: &str);
    /// A file that is deployed beside the Worker.
    fn file(&self, path: String) -> LocalBoxFuture<'_, Result<Vec<u8>, Broken>>;
}

/// An object's side: its own records, and the replica to write to.
pub trait Host: Common {
    fn records(&self) -> &dyn Records;
    /// Writes all or nothing.
    fn commit(&self, writes: &Writes) -> Result<(), Broken>;
    /// Wakes the object at this time instead of any other that was set.
    fn set_alarm(&self, at: Timestamp);
    fn replicate<'a>(&'a self, key: &'a str, value: Option<&'a Stored>) -> LocalBoxFuture<'a, Result<(), Broken>>;
    /// Up to `most` names of the replica that start with `prefix`, in order.
    fn names<'a>(
        &'a self,
        prefix: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> LocalBoxFuture<'a, Result<Names, Broken>>;
    fn mail(&self, letter: Letter) -> LocalBoxFuture<'_, Result<(), Broken>>;
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
