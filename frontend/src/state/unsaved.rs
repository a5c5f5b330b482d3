//! Forms with changes that nobody saved yet: leaving asks first.

use crate::browser;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    static CHANGED: Cell<bool> = const { Cell::new(false) };
    /// The page somebody wants to go to while changes stand.
    static LEAVING: ArcRwSignal<Option<String>> = ArcRwSignal::new(None);
}

pub fn leaving() -> ArcRwSignal<Option<String>> {
    LEAVING.with(Clone::clone)
}

pub fn set(changed: bool) {
    CHANGED.set(changed);
}

pub fn forget() {
    CHANGED.set(false);
}

/// Stops links and closing of the tab while changes stand. The router hears of a click after this.
pub fn install() {
    let Some(window) = browser::window() else { return };
    browser::listen(&window, "beforeunload", |event| {
        if CHANGED.get() {
            event.prevent_default();
        }
    });
    browser::listen_first(&window, "click", |event| {
        if !CHANGED.get() {
            return;
        }
        let Some(link) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
        else {
            return;
        };
        let leaves = !link.has_attribute("target") && !link.has_attribute("download") && !is_external(&link);
        if leaves && let Some(href) = link.get_attribute("href") {
            event.prevent_default();
            event.stop_propagation();
            leaving().set(Some(href));
        }
    });
}

fn is_external(link: &web_sys::Element) -> bool {
    link.get_attribute("rel").is_some_and(|rel| rel.contains("external"))
}
