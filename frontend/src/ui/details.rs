//! A button that opens what has left its table, for a row without a menu of its own.

use super::{button::unique, icon::Icon, left::Left, menu::follow_toggle};
use leptos::prelude::*;

#[component]
pub fn Details(left: Left) -> impl IntoView {
    let id = unique("details");
    let open = RwSignal::new(false);
    let button = NodeRef::new();
    let layer = NodeRef::new();
    let toggled = follow_toggle(open, button, layer);
    let facts = unique("facts");
    view! {
        <button
            class="button quiet only-icon"
            type="button"
            node_ref=button
            aria-label="Details"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            popovertarget=id.clone()
        >
            {Icon::More.view()}
        </button>
        <div class="menu" id=id role="group" aria-label="Details" popover="auto" node_ref=layer on:toggle=toggled>
            {move || open.get().then(|| left.view(facts.clone()))}
        </div>
    }
}
