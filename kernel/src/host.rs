//! What the mechanism needs of the world: storage, other objects, time, chance. The platform is one, the tests' memory
//! another; nothing here may tell them apart.

use crate::{InternalError, Product, Replied, Row, Stored, Writes};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use std::rc::Rc;

/// The records of one object, read in the turn of the rule.
pub trait Records {
    fn get(&self, key: &str) -> Result<Option<Stored>, String>;
    /// Up to `limit` records whose key starts with `prefix` and is greater than `after`, in order.
    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String>;
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

/// What the stateless edge and an object both need.
pub trait Common<P: Product> {
    fn now(&self) -> Timestamp;
    /// Fills with random bytes, or fails: nothing may be made of the bytes then.
    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError>;
    fn installation(&self) -> Rc<P::Installation>;
    /// Asks an object. `Err(InternalError)`: the object may or may not have done it.
    fn call(&self, call: P::Call) -> LocalBoxFuture<'_, Result<Replied<P>, InternalError>>;
    /// Runs on after the answer.
    fn later(&self, work: LocalBoxFuture<'static, ()>);
    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()>;
    /// Writes a failure to the log. `about` is a request's id or an object's name.
    fn log(&self, about: &str, error: &InternalError);
}

/// The replica, as the stateless edge reads it.
pub trait Replica {
    /// One bulk read: the stored values, in the order asked.
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, InternalError>>;
    /// One list of up to 1,000 rows.
    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, InternalError>>;
}

/// An object's side: its own records, and the replica to write to.
pub trait Host<P: Product>: Common<P> {
    fn records(&self) -> &dyn Records;
    /// Writes all or nothing.
    fn commit(&self, writes: &Writes) -> Result<(), InternalError>;
    /// Wakes the object at this time instead of any other that was set.
    fn set_alarm(&self, at: Timestamp);
    fn replicate<'a>(
        &'a self,
        key: &'a str,
        value: Option<&'a Stored>,
    ) -> LocalBoxFuture<'a, Result<(), InternalError>>;
    /// Up to `most` names of the replica that start with `prefix`, in order.
    fn names<'a>(
        &'a self,
        prefix: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> LocalBoxFuture<'a, Result<Names, InternalError>>;
    fn deliver(&self, letter: P::Letter) -> LocalBoxFuture<'_, Result<(), InternalError>>;
}
