//! Copying a text, with a word that it was done.

use super::{button::Look, icon::Icon};
use crate::browser;
use leptos::{prelude::*, task::spawn_local};

const COPY: &str = "Copy";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Not,
    Copied,
    Refused,
}

impl Done {
    const fn word(self, before: &'static str) -> &'static str {
        match self {
            Self::Not => before,
            Self::Copied => "Copied",
            Self::Refused => "Select and copy it",
        }
    }
}

fn copier(text: String) -> (RwSignal<Done>, impl Fn() + Clone) {
    let done = RwSignal::new(Done::Not);
    let copy = move || {
        let text = text.clone();
        spawn_local(async move {
            let copied = browser::copy(&text).await;
            done.try_set(if copied { Done::Copied } else { Done::Refused });
            browser::sleep(2000).await;
            done.try_set(Done::Not);
        });
    };
    (done, copy)
}

/// A button that copies.
#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    #[prop(into)] label: String,
    /// What it says before it has copied.
    #[prop(default = COPY)]
    words: &'static str,
) -> impl IntoView {
    let (done, copy) = copier(text);
    view! {
        <button class=Look::Plain.class() type="button" aria-label=label on:click=move |_| copy()>
            {move || if done.get() == Done::Copied { Icon::Check.view() } else { Icon::Copy.view() }}
            <span>{move || done.get().word(words)}</span>
        </button>
        <span class="unseen" aria-live="polite">
            {move || done.get().word("")}
        </span>
    }
}

/// As words in a line.
#[component]
pub fn CopyText(#[prop(into)] text: String, #[prop(into)] label: String) -> impl IntoView {
    let (done, copy) = copier(text);
    view! {
        <button class="text-button" type="button" aria-label=label on:click=move |_| copy()>
            {move || done.get().word(COPY)}
        </button>
    }
}
