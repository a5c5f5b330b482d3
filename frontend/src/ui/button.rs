//! A button; while it works it says so, and where it may not be used it stays and says why.

use super::icon::Icon;
use leptos::{ev::MouseEvent, prelude::*};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// An id that no other element of the page has.
pub fn unique(what: &str) -> String {
    format!("{what}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    #[default]
    Plain,
    Primary,
    Danger,
    Quiet,
}

impl Look {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    #[prop(default = None, into)] icon: Option<Icon>,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Why it may not be used.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// Whether it sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] full: bool,
    #[prop(optional, into)] autofocus: bool,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    children: Children,
) -> impl IntoView {
    let id = unique("reason");
    let described = id.clone();
    let stopped = move || busy.get() || refused.read().is_some();
    let click = move |event: MouseEvent| {
        if stopped() {
            event.prevent_default();
        } else if let Some(call) = on_click {
            call.run(event);
        }
    };
    view! {
        <button
            class=look.class()
            class:full=full
            type=if submit { "submit" } else { "button" }
            autofocus=autofocus
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || stopped().then_some("true")
            aria-describedby=move || refused.read().is_some().then(|| described.clone())
            on:click=click
        >
            {icon.map(Icon::view)}
            <span>{children()}</span>
            {move || busy.get().then(|| view! { <span class="spin" aria-hidden="true"></span> })}
        </button>
        {move || {
            let id = id.clone();
            refused.get().map(|reason| view! { <span class="reason" id=id>{reason}</span> })
        }}
    }
}

/// A button that shows an icon only; its words are for those who listen.
#[component]
pub fn IconButton(
    icon: Icon,
    #[prop(into)] label: String,
    #[prop(into)] on_click: Callback<MouseEvent>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            class="button quiet only-icon"
            type="button"
            aria-label=label
            title=title
            on:click=move |event| on_click.run(event)
        >
            {icon.view()}
        </button>
    }
}

/// A link that looks like a button, for what has a page of its own. One that may not be followed is a
/// button that says why.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] look: Look,
    #[prop(default = None, into)] icon: Option<Icon>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    #[prop(into)] label: String,
) -> impl IntoView {
    move || {
        let label = label.clone();
        if refused.read().is_some() {
            return view! {
                <Button look=look icon=icon refused=refused>{label}</Button>
            }
            .into_any();
        }
        view! {
            <a class=look.class() href=href>
                {icon.map(Icon::view)}
                <span>{label}</span>
            </a>
        }
        .into_any()
    }
}
