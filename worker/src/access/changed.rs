//! Who has changed something through this isolate of late. A change is answered once it is committed, and the replica
//! follows; so whoever has changed something reads from the primary for a minute, and always sees it.

use guildhall_shared::{Timestamp, timestamp::MINUTE};
use std::{cell::RefCell, collections::BTreeMap};

/// How long the replica may lag behind.
const LAG: i64 = MINUTE;

/// Callers from whose number on those of more than a minute ago are forgotten.
const MANY: usize = 1_000;

thread_local! {
    /// When each caller last changed something.
    static CHANGED: RefCell<BTreeMap<String, Timestamp>> = const { RefCell::new(BTreeMap::new()) };
}

/// Notes a change by this caller.
pub fn note(caller: String, now: Timestamp) {
    CHANGED.with_borrow_mut(|changed| {
        if changed.len() >= MANY {
            changed.retain(|_, at| now.since(*at) < LAG);
        }
        changed.insert(caller, now);
    });
}

/// Whether the replica may still lack what this caller has changed.
pub fn is_recent(caller: &str, now: Timestamp) -> bool {
    CHANGED.with_borrow(|changed| changed.get(caller).is_some_and(|at| now.since(*at) < LAG))
}
