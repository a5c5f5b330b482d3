//! What the stateless edge and an object need of the world: storage, other objects, time, chance.
//! `live` is the platform, `memory` the tests; nothing else may tell them apart.

use super::draft::{Records, Stored, Writes};
use crate::{
    auth::secret::Installation,
    error::Broken,
    json::{Node, Tree},
    mail::Letter,
    object::{Answered, Envelope, Json, ObjectName, from_json},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::rc::Rc;

/// A row of a list: what follows the prefix in its key, the time lists are ordered by, and the
/// metadata, read as its own type by whoever shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    pub at: Timestamp,
    meta: Json,
}

#[derive(Deserialize)]
struct At {
    at: i64,
}

impl Row {
    /// `None` where the metadata is not a list's row.
    pub fn new(id: &str, meta: &Json) -> Option<Self> {
        Self::of(id, Tree::parse(meta.as_str()).ok()?.root())
    }

    /// The same out of a text that has been taken apart already.
    pub fn of(id: &str, meta: Node<'_>) -> Option<Self> {
        let At { at } = meta.read().ok()?;
        Some(Self { id: id.to_owned(), at: Timestamp::from_millis(at), meta: meta.read().ok()? })
    }

    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        from_json(&self.meta).ok()
    }
}

#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub rows: Vec<Row>,
    /// Whether these are all rows; KV gives at most 1,000.
    pub complete: bool,
}

pub trait Common {
    fn now(&self) -> Timestamp;
    fn random(&self, bytes: &mut [u8]);
    fn installation(&self) -> Rc<Installation>;
    /// Asks an object. `Err(Broken)` means that nobody knows whether it happened.
    fn call(&self, to: ObjectName, envelope: Envelope) -> LocalBoxFuture<'_, Result<Answered, Broken>>;
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
    /// The text of a file that is deployed beside the Worker.
    fn file(&self, path: &'static str) -> LocalBoxFuture<'_, Result<String, Broken>>;
}

/// An object's side: its own records, and the replica to write to.
pub trait Host: Common {
    fn records(&self) -> &dyn Records;
    /// Writes all or nothing.
    fn commit(&self, writes: &Writes) -> Result<(), Broken>;
    /// Wakes the object at this time instead of any other that was set.
    fn set_alarm(&self, at: Timestamp);
    fn replicate<'a>(&'a self, key: &'a str, value: Option<&'a Stored>) -> LocalBoxFuture<'a, Result<(), Broken>>;
    fn mail(&self, letter: Letter) -> LocalBoxFuture<'_, Result<(), Broken>>;
}
