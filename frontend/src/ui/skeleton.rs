//! The shape of what is coming, seen only when it takes a while.

use leptos::prelude::*;

/// Rows of a table.
#[component]
pub fn RowsSkeleton(#[prop(default = 5)] rows: usize) -> impl IntoView {
    let rows: Vec<_> =
        (0..rows).map(|_| view! { <div class="line"><span></span><span></span><span></span></div> }).collect();
    view! {
        <div class="skeleton" role="status">
            <p class="unseen">"Loading"</p>
            {rows}
        </div>
    }
}

/// Fields of a form.
#[component]
pub fn FormSkeleton(#[prop(default = 4)] fields: usize) -> impl IntoView {
    let fields: Vec<_> = (0..fields).map(|_| view! { <span></span> }).collect();
    view! {
        <div class="skeleton" role="status">
            <p class="unseen">"Loading"</p>
            <div class="box">{fields}</div>
        </div>
    }
}
