//! The first letters of a name, for the eye only.

use guildhall_shared::text::upper;
use leptos::prelude::*;

#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] team: bool) -> impl IntoView {
    let letters: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(if team { 1 } else { 2 })
        .collect();
    let letters = upper(&letters);
    view! { <span class="avatar" class:team=team aria-hidden="true" data-letters=letters></span> }
}
