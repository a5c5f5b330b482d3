//! What is stored of budgets, and under which keys.

use crate::store::{Key, Prefix, Priority, Record};
use guildhall_shared::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// The times that still count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountRecord {
    pub times: Vec<Timestamp>,
}

impl Record for CountRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

/// Primary only: wrong passwords that came in it.
pub fn session_wrong(id: SessionId) -> Key<CountRecord> {
    Key::new(format!("session-wrong/{id}"))
}

/// Primary only: second factors that were wrong.
pub fn factor() -> Key<CountRecord> {
    Key::new("factor".to_owned())
}

// Objects that count own, primary only:

/// What counts of a budget.
pub fn count(what: &str) -> Key<CountRecord> {
    Key::new(format!("count/{what}"))
}

pub fn counts() -> Prefix<CountRecord> {
    Prefix::new("count/".to_owned())
}
