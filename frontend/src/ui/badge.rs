//! A word about the thing beside it.

use leptos::prelude::*;

#[component]
pub fn Badge(
    #[prop(into)] text: String,
    #[prop(optional)] strong: bool,
    #[prop(optional)] warn: bool,
) -> impl IntoView {
    view! { <span class="badge" class:strong=strong class:warn=warn>{text}</span> }
}
