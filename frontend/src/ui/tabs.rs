//! Views of one page, each with its own address.

use leptos::prelude::*;

pub struct Tab {
    pub label: &'static str,
    pub href: String,
    pub current: bool,
}

#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tabs: Vec<_> = tabs
        .into_iter()
        .map(|Tab { label, href, current }| view! { <a href=href aria-current=current.then_some("page")>{label}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=label>{tabs}</nav> }
}
