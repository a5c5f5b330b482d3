//! The words that guessers try first. Their list is a file that is deployed beside the Worker, whose program would be
//! larger by it; without the list no password is taken.

use crate::{error::InternalError, http::Call};
use guildhall_shared::{path, words::Words};
use std::{cell::RefCell, rc::Rc};

thread_local! {
    static WORDS: RefCell<Option<Rc<Words>>> = const { RefCell::new(None) };
}

/// Reads the list once for each isolate.
pub async fn have(call: &Call) -> Result<Rc<Words>, InternalError> {
    if let Some(words) = WORDS.with_borrow(Clone::clone) {
        return Ok(words);
    }
    let path = path::WORDS;
    let text = String::from_utf8(call.edge.file(path.to_owned()).await?).ok();
    let words =
        text.and_then(Words::read).ok_or_else(|| InternalError::new(format!("{path} is not the list of words")))?;
    let words = Rc::new(words);
    WORDS.set(Some(Rc::clone(&words)));
    Ok(words)
}
