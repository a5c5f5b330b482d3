//! What the mechanism needs from its host: storage, other objects, time, randomness. Implemented by the platform and by the
//! in-memory world of the tests; nothing here may depend on which it is.

use crate::{InternalError, ListQuery, Product, Replied, Row, Stored, Writes};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use std::rc::Rc;

/// The records of one object, read synchronously by rules.
pub trait Records {
    fn get(&self, key: &str) -> Result<Option<Stored>, String>;
    /// Up to `limit` records whose key starts with `prefix` and is greater than `after`, in order.
    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String>;
    /// Records of a list, in its order, out of the index that the host keeps by `Product::listed`.
    fn list(&self, prefix: &str, query: &ListQuery) -> Result<Vec<(String, Stored)>, String>;
}

#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub rows: Vec<Row>,
    /// Whether these are all rows; KV gives at most 1,000.
    pub complete: bool,
}

/// A page of key names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub names: Vec<String>,
    /// Where the next page starts; `None` on the last page.
    pub cursor: Option<String>,
}

/// What the stateless edge and an object both need.
pub trait Runtime<P: Product> {
    fn now(&self) -> Timestamp;
    /// Fills with random bytes. On failure the bytes must not be used.
    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError>;
    fn installation(&self) -> Rc<P::Installation>;
    /// Calls an object. `Err(InternalError)`: the object may or may not have done it.
    fn call(&self, call: P::Call) -> LocalBoxFuture<'_, Result<Replied<P>, InternalError>>;
    /// Runs work in the background, past the answer.
    fn spawn(&self, work: LocalBoxFuture<'static, ()>);
    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()>;
    /// Writes a failure to the log. `about` is a request's id or an object's name.
    fn log(&self, about: &str, error: &InternalError);
}

/// The replica, as the stateless edge reads it.
pub trait Replica {
    /// One bulk read: the stored values, in the order of the keys.
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, InternalError>>;
    /// One list of up to 1,000 rows.
    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, InternalError>>;
}

/// What an object needs: its own records, and the replica to write to.
pub trait Host<P: Product>: Runtime<P> {
    fn records(&self) -> &dyn Records;
    /// Writes all or nothing.
    fn commit(&self, writes: &Writes) -> Result<(), InternalError>;
    /// Sets the alarm of the object, replacing any earlier one.
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
