//! What the stateless edge and an object need of the world: storage, other objects, time, chance.
//! `live` is the platform, `memory` the tests; nothing else may tell them apart.

use super::{Records, Stored, draft::Writes};
use crate::{
    auth::secret::Installation,
    error::Broken,
    json::{Node, Part},
    layer::keys::Fitness,
    mail::Letter,
    object::{Envelope, ObjectName, Replied},
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
    meta: Part,
}

impl Row {
    /// `None` where the metadata is not a list's row.
    pub fn new(id: &str, meta: Part) -> Option<Self> {
        let at = meta.node().elements().next()?.signed().ok()?;
        Some(Self { id: id.to_owned(), at: Timestamp::from_millis(at), meta })
    }

    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        self.meta.node().read().ok()
    }

    /// The metadata, for whoever passes parts of it on as they stand.
    pub fn meta(&self) -> Node<'_> {
        self.meta.node()
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
