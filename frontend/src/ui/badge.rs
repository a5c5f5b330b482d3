//! A word about the thing beside it.

use super::icon::Icon;
use leptos::prelude::*;

#[component]
pub fn Badge(
    #[prop(into)] text: String,
    #[prop(optional)] strong: bool,
    #[prop(optional)] warn: bool,
) -> impl IntoView {
    view! { <span class="badge" class:strong=strong class:warn=warn>{text}</span> }
}

/// In front of a line that someone should read: a sign and the word for it.
#[component]
pub fn Flag() -> impl IntoView {
    view! { <span class="badge warn flag">{Icon::Warning.view()} "Warning"</span> }
}
