//! The passwords of a history. The primaries have hashes only, and the model wants the text behind.

use crate::support::PASSWORD;
use guildhall_worker::credentials::password;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

/// Few, so that one that was replaced comes back now and then.
pub const ALL: [&str; 3] = [PASSWORD, "brass-kettle-otter-9", "copper-lamp-heron-2"];

/// Nobody's.
pub const WRONG: &str = "short-goat-lake-9";

thread_local! {
    static KNOWN: RefCell<HashMap<String, &'static str>> = RefCell::default();
    static LIKELY: Cell<&'static str> = const { Cell::new(PASSWORD) };
}

/// What the next hash that nobody knows probably stands for.
pub fn expect(text: &'static str) {
    LIKELY.set(text);
}

/// The text behind a hash, or nothing. Each is looked at once, for a look costs an Argon2.
pub fn behind(hash: &str) -> &'static str {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(hash).copied()) {
        return known;
    }
    let likely = LIKELY.get();
    let mut all = [likely].into_iter().chain(ALL.into_iter().filter(|text| *text != likely));
    let text = all.find(|text| password::verify(text, Some(hash))).unwrap_or_default();
    KNOWN.with_borrow_mut(|known| known.insert(hash.to_owned(), text));
    text
}
