//! Whether a newer console has been deployed than the one that runs here: the page then names another program.

use crate::{browser, clock};
use gloo_net::http::Request;
use guildhall_shared::timestamp::MINUTE;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    static OLD: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static LOOKED: Cell<i64> = const { Cell::new(0) };
}

pub fn is_old() -> ArcRwSignal<bool> {
    OLD.with(Clone::clone)
}

/// Looks when the tab is looked at again, at most every five minutes.
pub fn install() {
    LOOKED.set(clock::here());
    let Some(document) = browser::document() else { return };
    browser::listen(&document, "visibilitychange", |_| {
        let visible = browser::document()
            .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible);
        if visible && clock::here() - LOOKED.get() > 5 * MINUTE {
            LOOKED.set(clock::here());
            spawn_local(look());
        }
    });
}

/// Looks now.
pub async fn look() {
    let Some(running) = program() else { return };
    let Ok(response) = Request::get("/").header("cache-control", "no-cache").send().await else { return };
    if !response.ok() {
        return;
    }
    if let Ok(page) = response.text().await
        && !page.contains(&running)
    {
        is_old().set(true);
    }
}

/// The path of the script that started this program.
fn program() -> Option<String> {
    let script = browser::document()?.query_selector("script[type=module][src]").ok().flatten()?;
    script.unchecked_into::<web_sys::Element>().get_attribute("src")
}
