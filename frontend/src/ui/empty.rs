//! The three kinds of empty: nothing yet, nothing matches, could not load.

use super::{
    button::{Button, Look},
    copy::CopyText,
    icon::Icon,
};
use leptos::prelude::*;

/// Nothing yet, with what to do about it.
#[component]
pub fn NothingYet(
    #[prop(into)] title: String,
    #[prop(into)] sentence: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{sentence}</p>
            {children.map(|children| view! { <div class="button-row">{children()}</div> })}
        </div>
    }
}

/// Nothing matches, with a way back to everything.
#[component]
pub fn NothingMatches(#[prop(into)] sentence: Signal<String>, #[prop(into)] on_reset: Callback<()>) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"Nothing matches"</h2>
            <p>{sentence}</p>
            <div class="button-row">
                <Button on_click=move |_| on_reset.run(())>"Clear the filter"</Button>
            </div>
        </div>
    }
}

/// It could not be loaded, with another try.
#[component]
pub fn NotLoaded(
    #[prop(into)] title: String,
    #[prop(into)] sentence: String,
    #[prop(default = None)] reference: Option<String>,
    #[prop(into)] on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <h2>{title}</h2>
            <p>{sentence}</p>
            {reference
                .map(|id| {
                    view! {
                        <p class="reference">
                            "Request " <code>{id.clone()}</code> <CopyText text=id label="Copy request id" />
                        </p>
                    }
                })}
            <div class="button-row">
                <Button look=Look::Plain icon=Icon::Retry on_click=move |_| on_retry.run(())>
                    "Try again"
                </Button>
            </div>
        </div>
    }
}
