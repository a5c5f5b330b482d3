//! The `Idempotency-Key` of what is made: one for each submission of a form. One that got no answer may have been
//! done all the same, so that the same submission once more carries the same key, and is done once.

use crate::browser;
use std::cell::RefCell;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Submission {
    path: String,
    body: Option<String>,
    key: String,
}

thread_local! {
    /// The last one, until the server has answered it.
    static UNANSWERED: RefCell<Option<Submission>> = const { RefCell::new(None) };
}

/// The key of this submission: that of the last one where it is the same and got no answer.
pub fn key(path: &str, body: Option<&str>) -> String {
    UNANSWERED.with_borrow_mut(|unanswered| {
        let same = unanswered.as_ref().filter(|last| last.path == path && last.body.as_deref() == body);
        let key = same.map_or_else(new, |last| last.key.clone());
        *unanswered = Some(Submission { path: path.to_owned(), body: body.map(str::to_owned), key: key.clone() });
        key
    })
}

fn new() -> String {
    (0..4).map(|_| browser::random_id()).collect()
}

/// The server has said what became of it.
pub fn answered(key: &str) {
    UNANSWERED.with_borrow_mut(|unanswered| {
        if unanswered.as_ref().is_some_and(|last| last.key == key) {
            *unanswered = None;
        }
    });
}
