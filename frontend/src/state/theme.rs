//! Light, dark, or as the system has it. Kept in the browser, so that the page's first paint has it;
//! `index.html` reads the same key.

use crate::browser;

const KEY: &str = "theme";

pub fn now() -> String {
    browser::remembered(KEY).filter(|theme| theme == "light" || theme == "dark").unwrap_or_else(|| "system".to_owned())
}

pub fn set(theme: &str) {
    browser::remember(KEY, theme);
    let Some(root) = browser::document().and_then(|document| document.document_element()) else { return };
    if theme == "light" || theme == "dark" {
        drop(root.set_attribute("data-theme", theme));
    } else {
        drop(root.remove_attribute("data-theme"));
    }
}
