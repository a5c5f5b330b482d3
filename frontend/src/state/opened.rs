//! What opens over a page: the click that leads there scrolls nothing, and afterwards the focus comes back to the row
//! or button that it came from.

use crate::{browser, link};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::Element;

#[derive(Default)]
struct Opened {
    /// The address of the page, with its filter.
    page: String,
    /// What was clicked says.
    words: String,
    /// The row that it stands in, then those that take its place where it goes.
    rows: Vec<String>,
    from: Option<Element>,
}

thread_local! {
    static LAST: RefCell<Opened> = RefCell::default();
}

/// Notes each click on a link to what opens over its page. The router hears of it after this.
pub fn install() {
    let Some(window) = browser::window() else { return };
    browser::listen_first(&window, "click", |event| {
        let Some(link) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
        else {
            return;
        };
        let Some((path, search)) = here() else { return };
        let leads = link.get_attribute("href").as_deref().and_then(|href| link::page_under(href).map(str::to_owned));
        if leads.is_some_and(|page| page == path) {
            drop(link.set_attribute("data-noscroll", ""));
            let words = link.text_content().unwrap_or_default().trim().to_owned();
            LAST.set(Opened { page: path + &search, words, rows: rows(&link), from: Some(link) });
        }
    });
}

fn here() -> Option<(String, String)> {
    let location = browser::window()?.location();
    Some((location.pathname().ok()?, location.search().ok()?))
}

/// The row around an element, the one below, the one above.
fn rows(element: &Element) -> Vec<String> {
    let Some(row) = element.closest("[data-row]").ok().flatten() else { return vec![] };
    let beside = [row.next_element_sibling(), row.previous_element_sibling()];
    let all = std::iter::once(Some(row)).chain(beside).flatten();
    all.filter_map(|row| row.get_attribute("data-row")).collect()
}

/// The title of what opens, until it says its own.
pub fn words() -> String {
    LAST.with_borrow(|last| last.words.clone())
}

/// The page under what is open.
pub fn page() -> String {
    let Some((path, _)) = here() else { return link::HOME.to_owned() };
    let Some(page) = link::page_under(&path) else { return path };
    let noted = LAST.with_borrow(|last| last.page.clone());
    if noted.split('?').next() == Some(page) { noted } else { page.to_owned() }
}

/// Where the focus went with what closed, it comes back: to what has changed, or to where it came from.
pub fn come_back() {
    browser::next_frame(|| {
        browser::next_frame(|| {
            let Some(document) = browser::document() else { return };
            if document.active_element().is_some_and(|element| element.tag_name() != "BODY") {
                return;
            }
            let find = |wanted: &str| document.query_selector(wanted).ok().flatten();
            let of_row = |row: &String| {
                let row = row.replace('\\', "\\\\").replace('"', "\\\"");
                find(&format!("[data-row=\"{row}\"] :is(button, a[href])"))
            };
            let target = find(".changed button").or_else(|| {
                LAST.with_borrow(|last| {
                    let own = last.from.clone().filter(|from| from.is_connected() && from.client_width() > 0);
                    last.rows.first().and_then(of_row).or(own).or_else(|| last.rows.iter().skip(1).find_map(of_row))
                })
            });
            if let Some(target) = target.or_else(|| find("main h1")) {
                browser::focus_in_place(&target);
            }
        });
    });
}
