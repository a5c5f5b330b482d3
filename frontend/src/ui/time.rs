//! A moment: how long ago in words, exactly on pointing and for programs.

use crate::clock;
use guildhall_shared::Timestamp;
use leptos::prelude::*;

#[component]
pub fn Ago(at: Timestamp, #[prop(into)] now: Signal<Timestamp>) -> impl IntoView {
    view! {
        <time datetime=at.to_string() title=clock::exact(at)>
            {move || clock::relative(at, now.get())}
        </time>
    }
}

/// The moment itself, and how long ago beside it.
#[component]
pub fn Exact(at: Timestamp, #[prop(into)] now: Signal<Timestamp>) -> impl IntoView {
    view! {
        <time datetime=at.to_string()>{clock::exact(at)}</time>
        " "
        <span class="muted">{move || clock::relative(at, now.get())}</span>
    }
}

/// A day, where no more is known.
#[component]
pub fn Day(at: Timestamp, #[prop(into)] now: Signal<Timestamp>) -> impl IntoView {
    view! {
        <time datetime=at.to_string() title=clock::day(at)>
            {move || clock::relative_day(at, now.get())}
        </time>
    }
}
