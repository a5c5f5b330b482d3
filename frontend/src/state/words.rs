//! The words that guessers try first. A file of their own, which comes with the first form that asks for a new password.

use gloo_net::http::Request;
use guildhall_shared::{
    Issue,
    password::{check, is_weak},
    path,
    words::Words,
};
use leptos::{prelude::*, task::spawn_local};
use std::sync::OnceLock;

static WORDS: OnceLock<Words> = OnceLock::new();

/// The list once it is there. Until then a password's length and names are all that is looked at here; the server
/// looks at all of it in any case.
pub fn words() -> RwSignal<Option<&'static Words>> {
    let words = RwSignal::new(WORDS.get());
    if WORDS.get().is_none() {
        spawn_local(async move {
            if let Ok(response) = Request::get(path::WORDS).send().await
                && let Ok(text) = response.text().await
                && let Some(read) = Words::read(text)
            {
                words.try_set(Some(WORDS.get_or_init(|| read)));
            }
        });
    }
    words
}

/// Why a new password is refused.
pub fn refusal(text: &str, own: &[&str]) -> Option<Issue> {
    check(text, own, WORDS.get().is_some_and(|words| is_weak(text, own, words))).err()
}
