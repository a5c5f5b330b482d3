//! A commit that fails half-way, so that a test can see all of it rolled back by the real objects.

use serde::Deserialize;
use std::cell::RefCell;

/// `{"key": …}`: the next transaction that writes this key fails right after it has.
#[derive(Debug, Deserialize)]
pub struct Fail {
    pub key: String,
}

thread_local! {
    static KEY: RefCell<Option<String>> = const { RefCell::new(None) };
}

pub fn arm(fail: Fail) {
    KEY.set(Some(fail.key));
}

/// Whether writing this key was to fail. Once.
pub fn is_due(key: &str) -> bool {
    KEY.with_borrow_mut(|armed| armed.take_if(|armed| armed == key).is_some())
}
