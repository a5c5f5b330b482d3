//! The keys of an object's own book-keeping. They start with `~`, which sorts last.

use crate::{Counters, Due, Key, Pending, Prefix, Product, Rank, Stale};
use guildhall_shared::Timestamp;

/// The record that tells an object its own name when only the alarm wakes it.
pub const NAME: &str = "~name";

pub fn counters() -> Key<Counters> {
    Key::new("~counters")
}

/// A row of the outbox; its place in the order is the first thing that differs.
pub fn stale(rank: Rank, of: &str) -> Key<Stale> {
    let rank = match rank {
        Rank::Credential => 0,
        Rank::Roster => 1,
        Rank::Rest => 2,
    };
    Key::new(format!("~dirty/{rank}/{of}"))
}

/// Rows of the outbox: a digit for the rank, a slash and the key follow.
pub fn stales() -> Prefix<Stale> {
    Prefix::new("~dirty/")
}

pub fn pending<P: Product>(number: u64) -> Key<Pending<P>> {
    Key::new(format!("~effect/{number:012}"))
}

pub fn pendings<P: Product>() -> Prefix<Pending<P>> {
    Prefix::new("~effect/")
}

/// Whether a key is of a row of the outbox.
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

/// A timer by its time: the digits are as many for each, so that text sorts as time does.
pub fn timer(at: Timestamp, what: &str) -> Key<Due> {
    Key::new(format!("~at/{:015}/{what}", at.millis().clamp(0, 999_999_999_999_999)))
}

/// Timers by time: fifteen digits, a slash and the name follow.
pub fn timers() -> Prefix<Due> {
    Prefix::new("~at/")
}
