//! Whether a newer console has been deployed than the one that runs here: the page then names another program.

use crate::{browser, clock};
use gloo_net::http::Request;
use guildhall_shared::timestamp::MINUTE;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

#[derive(Clone, Copy)]
pub struct Version {
    pub is_old: RwSignal<bool>,
}

impl Version {
    /// For the root. Looks when the tab is looked at again, at most every five minutes.
    pub fn provide() {
        let version = Self { is_old: RwSignal::new(false) };
        provide_context(version);
        let looked = StoredValue::new(clock::here());
        let Some(document) = browser::document() else { return };
        browser::listen(&document, "visibilitychange", move |_| {
            let visible = browser::document()
                .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible);
            if visible && clock::here() - looked.get_value() > 5 * MINUTE {
                looked.set_value(clock::here());
                spawn_local(version.look());
            }
        });
    }

    pub fn around() -> Self {
        use_context().unwrap_or_else(|| Self { is_old: RwSignal::new(false) })
    }

    /// Looks now.
    pub async fn look(self) {
        let Some(running) = program() else { return };
        let Ok(response) = Request::get("/").header("cache-control", "no-cache").send().await else { return };
        if !response.ok() {
            return;
        }
        if let Ok(page) = response.text().await
            && !page.contains(&running)
        {
            self.is_old.set(true);
        }
    }
}

/// The path of the script that started this program.
fn program() -> Option<String> {
    let script = browser::document()?.query_selector("script[type=module][src]").ok().flatten()?;
    script.unchecked_into::<web_sys::Element>().get_attribute("src")
}
