//! For a minute after a change, reads ask the primary: the replica may not have it yet.
//! Kept in the browser, so that it holds over reloads and in other tabs.

use crate::{browser, clock};
use guildhall_shared::timestamp::MINUTE;

const KEY: &str = "changed";

pub fn changed() {
    browser::remember(KEY, &clock::here().to_string());
}

pub fn wanted() -> bool {
    let at = browser::remembered(KEY).and_then(|at| at.parse::<i64>().ok());
    at.is_some_and(|at| (0..MINUTE).contains(&(clock::here() - at)))
}
