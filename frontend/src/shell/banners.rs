//! Sentences across the page: no connection, a newer version.

use crate::{
    browser,
    state::{network::Network, version::Version},
    ui::icon::Icon,
};
use leptos::prelude::*;

#[component]
pub fn Banners() -> impl IntoView {
    let reached = Network::around().is_reached;
    let old = Version::around().is_old;
    view! {
        <div aria-live="polite">
            {move || {
                (!reached.get())
                    .then(|| {
                        view! {
                            <div class="bar">
                                {Icon::Warning.view()}
                                <span>
                                    "The server cannot be reached. What you typed stays here; try again when you are connected."
                                </span>
                            </div>
                        }
                    })
            }}
            {move || {
                old.get()
                    .then(|| {
                        view! {
                            <div class="bar">
                                {Icon::Info.view()}
                                <span>
                                    "A newer version of this console is available. "
                                    <button class="text-button" type="button" on:click=move |_| browser::reload()>
                                        "Load it"
                                    </button>
                                </span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
