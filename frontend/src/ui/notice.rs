//! A sentence that stands where it belongs, and stays.

use super::{copy::CopyText, icon::Icon};
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Warn,
    Danger,
}

#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    /// The id under which the server's log knows a failure.
    #[prop(default = None)]
    reference: Option<String>,
    children: Children,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Plain => ("notice", Icon::Info, "note"),
        Tone::Warn => ("notice warn", Icon::Warning, "note"),
        Tone::Danger => ("notice danger", Icon::Alert, "alert"),
    };
    view! {
        <div class=class role=role tabindex="-1">
            {icon.view()}
            <div>{children()}</div>
            {reference
                .map(|id| {
                    view! {
                        <p class="reference">
                            "Request " <code>{id.clone()}</code> <CopyText text=id label="Copy request id" />
                        </p>
                    }
                })}
        </div>
    }
}
