//! What the stateless edge and an object need of the world: storage, other objects, time, chance.
//! `live` is the platform, `memory` the tests; nothing else may tell them apart.

use super::draft::{Records, Stored, Writes};
use crate::{
    auth::secret::Installation,
    error::Broken,
    mail::Letter,
    object::{Answered, Envelope, ObjectName},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A row of a list: what follows the prefix in its key, and its metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    pub meta: serde_json::Value,
}

impl Row {
    /// The time that lists are ordered by.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.meta.get("at").and_then(serde_json::Value::as_i64).unwrap_or_default())
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
