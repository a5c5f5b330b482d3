//! What of a row has left its table for want of room. It is built when somebody opens it.

use super::{button::unique, icon::Icon};
use leptos::prelude::*;
use std::sync::Arc;

/// One column's word.
pub struct Fact {
    pub label: &'static str,
    /// Below this width of the table it is shown here.
    pub until: usize,
    pub value: AnyView,
}

/// Found by the menu of a row, which shows it above its items.
#[derive(Clone)]
pub struct Left {
    until: usize,
    facts: Arc<dyn Fn() -> Vec<Fact> + Send + Sync>,
}

impl Left {
    /// Below `until` there is something to show.
    pub fn new(until: usize, facts: impl Fn() -> Vec<Fact> + Send + Sync + 'static) -> Self {
        Self { until, facts: Arc::new(facts) }
    }

    pub fn view(&self, id: String) -> AnyView {
        let facts: Vec<_> = (self.facts)()
            .into_iter()
            .map(|Fact { label, until, value }| {
                view! { <div class=format!("until-{until}")><dt>{label}</dt><dd>{value}</dd></div> }
            })
            .collect();
        view! { <dl class=format!("left until-{}", self.until) id=id>{facts}</dl> }.into_any()
    }
}

/// For a row without a menu of its own.
#[component]
pub fn Details(left: Left) -> impl IntoView {
    let id = unique("details");
    let open = RwSignal::new(false);
    let button = NodeRef::new();
    let layer = NodeRef::new();
    let toggled = super::menu::follow_toggle(open, button, layer);
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
