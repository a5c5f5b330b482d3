//! What a person sees where the program has panicked: a banner with the error's id and a way to load
//! the page again. Works on the page's own elements only, for nothing of the application can be trusted then.

use crate::browser;

pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show(&browser::random_id());
    }));
}

fn show(id: &str) {
    let Some(document) = browser::document() else { return };
    if let Some(place) = document.get_element_by_id("crash-id") {
        place.set_text_content(Some(id));
    }
    if let Some(banner) = document.get_element_by_id("crash") {
        drop(banner.remove_attribute("hidden"));
    }
}
