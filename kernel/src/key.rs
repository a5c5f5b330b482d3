//! The keys of an object's own book-keeping. They start with `~`, which sorts last.

use crate::{Counters, Due, Key, Prefix, Priority, Product, QueuedEffect, StaleKey};
use guildhall_shared::Timestamp;

/// The record from which an object knows its own name when an alarm wakes it.
pub const NAME: &str = "~name";

pub fn counters() -> Key<Counters> {
    Key::new("~counters")
}

/// An outbox row of a stale key. The priority comes first, so rows sort by it.
pub fn stale(priority: Priority, of: &str) -> Key<StaleKey> {
    let priority = match priority {
        Priority::Credential => 0,
        Priority::Roster => 1,
        Priority::Rest => 2,
    };
    Key::new(format!("~dirty/{priority}/{of}"))
}

/// Outbox rows of stale keys. Each continues with a digit for the priority, a slash and the key.
pub fn stales() -> Prefix<StaleKey> {
    Prefix::new("~dirty/")
}

pub fn pending<P: Product>(number: u64) -> Key<QueuedEffect<P>> {
    Key::new(format!("~effect/{number:012}"))
}

pub fn pendings<P: Product>() -> Prefix<QueuedEffect<P>> {
    Prefix::new("~effect/")
}

/// Whether a key names an outbox row.
pub fn is_outbox(text: &str) -> bool {
    text.starts_with("~dirty/") || text.starts_with("~effect/")
}

/// A timer by its name.
pub fn due(what: &str) -> Key<Due> {
    Key::new(format!("~due/{what}"))
}

pub fn dues() -> Prefix<Due> {
    Prefix::new("~due/")
}

/// A timer by its time. The number has a fixed width, so that text sorts by time.
pub fn timer(at: Timestamp, what: &str) -> Key<Due> {
    Key::new(format!("~at/{:015}/{what}", at.millis().clamp(0, 999_999_999_999_999)))
}

/// Timers by time. Each continues with fifteen digits, a slash and the name.
pub fn timers() -> Prefix<Due> {
    Prefix::new("~at/")
}
