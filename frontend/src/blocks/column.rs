//! A page outside the frame: one narrow column with the mark above it.

use super::page::arrive;
use crate::{
    link,
    ui::{
        icon::Icon,
        notice::{Notice, Tone},
    },
};
use leptos::{html, prelude::*};

#[component]
pub fn Column(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] purpose: Option<String>,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    arrive(title, Signal::stored(String::new()), heading);
    view! {
        <main class="column" id="main" tabindex="-1">
            <div class="mark">{Icon::Hall.view()} <span>"Guildhall"</span></div>
            <div>
                <h1 tabindex="-1" node_ref=heading>{title}</h1>
                {purpose.map(|purpose| view! { <p class="purpose">{purpose}</p> })}
            </div>
            {children()}
        </main>
    }
}

/// In place of what a mailed link leads to, where its end is missing.
#[component]
pub fn Incomplete(#[prop(into)] href: String, label: &'static str) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            "This link is incomplete. Open it from the email again, or copy all of it into the address bar."
        </Notice>
        <a class="button" href=href>{label}</a>
    }
}

/// A page that is not there, in words that lead on.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Column title="Page not found">
            <p>"There is no page at this address. It may have been renamed, or the link is incomplete."</p>
            <div class="button-row">
                <a class="button" href=link::HOME>"Go to your workspace"</a>
                <a class="button quiet" href=link::TEAMS>"See your teams"</a>
            </div>
        </Column>
    }
}
