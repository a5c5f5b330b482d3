//! Forms with changes that nobody saved yet: leaving asks first.

use crate::browser;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;

/// Where someone wants to go while changes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    To(String),
    /// By Back or Forward, to the entry before the one that was put on top of it.
    Back,
    /// Out of a dialog.
    Close,
}

/// What closing a dialog loses in which someone typed.
pub const TYPED: &str = "What you typed will be lost.";
const CHANGES: &str = "What you changed on this page is lost.";

thread_local! {
    static CHANGED: Cell<bool> = const { Cell::new(false) };
    /// What leaving loses.
    static LOST: Cell<&'static str> = const { Cell::new(CHANGES) };
    static LEAVING: ArcRwSignal<Option<Way>> = ArcRwSignal::new(None);
    /// The page with the changes.
    static HERE: RefCell<String> = const { RefCell::new(String::new()) };
}

pub fn leaving() -> ArcRwSignal<Option<Way>> {
    LEAVING.with(Clone::clone)
}

pub fn set(changed: bool) {
    stand(changed, CHANGES);
}

/// Something stands that leaving loses, as this sentence says.
pub fn warn(lost: &'static str) {
    stand(true, lost);
}

/// For whoever is about to leave.
pub fn lost() -> &'static str {
    LOST.get()
}

fn stand(changed: bool, lost: &'static str) {
    CHANGED.set(changed);
    LOST.set(lost);
    if let Some(href) = browser::window().and_then(|window| window.location().href().ok()) {
        HERE.replace(href);
    }
}

/// Whether there is something that leaving loses.
pub fn stands() -> bool {
    CHANGED.get()
}

pub fn forget() {
    CHANGED.set(false);
}

/// Stops links, Back and Forward, and closing of the tab while changes stand. The router hears of each after this.
pub fn install() {
    let Some(window) = browser::window() else { return };
    browser::listen(&window, "beforeunload", |event| {
        if CHANGED.get() {
            event.prevent_default();
        }
    });
    browser::listen_first(&window, "popstate", |event| {
        if !CHANGED.get() {
            return;
        }
        event.stop_immediate_propagation();
        // The browser has gone already: the page with the changes becomes the next entry, which after Back it was.
        let history = browser::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            let here = HERE.with_borrow(Clone::clone);
            drop(history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&here)));
        }
        leaving().set(Some(Way::Back));
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
        // As the browser reads it, not as it is written.
        let href = link.dyn_ref::<web_sys::HtmlAnchorElement>().map(web_sys::HtmlAnchorElement::href);
        if leaves && let Some(href) = href {
            event.prevent_default();
            event.stop_propagation();
            leaving().set(Some(Way::To(href)));
        }
    });
}

fn is_external(link: &web_sys::Element) -> bool {
    link.get_attribute("rel").is_some_and(|rel| rel.contains("external"))
}
