//! What stands behind the # of the URL, which no server sees: the token of a mailed link, and the page that one goes
//! on to after signing in or up.

use super::go;
use crate::{browser, link};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A value of the page's own address, also where the browser changes what stands behind the # while the page is open.
fn named(name: &'static str) -> Memo<Option<String>> {
    let location = use_location();
    let page = location.pathname.get_untracked();
    Memo::new(move |before: Option<&Option<String>>| {
        // The page is about to go: what the next one has is none of its own.
        if location.pathname.get() != page {
            return before.cloned().flatten();
        }
        match browser::in_fragment(&location.hash.read(), name) {
            Some(value) => Some(value).filter(|value| !value.is_empty()),
            // A place in the page, such as its content, says nothing of it.
            None => before.cloned().flatten(),
        }
    })
}

/// The token of the mailed link that leads to this page. Another link may be opened in the same tab.
pub fn token() -> Memo<Option<String>> {
    named("token")
}

/// Where one continues after signing in or up: a page of this console and no other.
#[derive(Clone, Copy)]
pub struct Next(Memo<String>);

pub fn next() -> Next {
    let location = use_location();
    // Where it stands in the query, as in addresses of before, it leaves that: a reload would send it.
    if let Some(old) = location.query.read_untracked().get("next") {
        let next = browser::next_page(&old).unwrap_or_default();
        go::instead(&link::leading(&location.pathname.get_untracked(), &next));
    }
    let text = named("next");
    let page = move || text.read().as_deref().and_then(browser::next_page);
    Next(Memo::new(move |_| page().unwrap_or_else(|| link::HOME.to_owned())))
}

impl Next {
    pub fn get(self) -> String {
        self.0.get()
    }

    /// Without listening for changes.
    pub fn now(self) -> String {
        self.0.get_untracked()
    }
}
