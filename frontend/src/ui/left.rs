//! What of a row has left its table for want of room. It is built when someone opens it.

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
