//! A page's heading: its title in the tab, its `h1` with the focus after navigation, its announcement,
//! its one primary action and its sentence of purpose.

use crate::{browser, state::announce};
use leptos::{html, prelude::*};
use std::cell::Cell;

thread_local! {
    /// Whether a page has been shown: the first one leaves the focus to the browser.
    static SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// Sets the tab's title, and on navigation moves the focus to the heading and announces it.
pub fn arrive(title: Signal<String>, place: Signal<String>, heading: NodeRef<html::H1>) {
    Effect::new(move |_| {
        let (title, place) = (title.get(), place.get());
        let whole = [title.as_str(), place.as_str(), "Guildhall"]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" · ");
        if let Some(document) = browser::document() {
            document.set_title(&whole);
        }
        if SHOWN.replace(true) {
            announce::say(title);
            browser::next_frame(move || {
                let Some(heading) = heading.try_get_untracked().flatten() else { return };
                let Some(document) = browser::document() else { return };
                // A dialog over the page has the focus; a form's first field wants it.
                match document.query_selector("dialog[open], main [autofocus]") {
                    Ok(Some(taken)) if taken.tag_name() == "DIALOG" => {}
                    Ok(Some(first)) => browser::focus(&first),
                    _ => browser::focus(&heading),
                }
            });
        }
    });
}

/// A number with its thousands apart: `10,000`.
pub fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    /// The workspace or part of the console, for the tab's title.
    #[prop(optional, into)]
    place: Signal<String>,
    #[prop(optional, into)] purpose: Option<&'static str>,
    /// How many there are.
    #[prop(optional, into)]
    count: Signal<Option<usize>>,
    #[prop(optional)] wide: bool,
    /// The primary action.
    #[prop(optional, into)]
    action: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    arrive(title, place, heading);
    view! {
        <div class="page" class:wide=wide>
            <div class="head">
                <h1 tabindex="-1" node_ref=heading>
                    {title} {move || count.get().map(|count| view! { " " <span class="count">{number(count)}</span> })}
                </h1>
                {action.map(|action| view! { <div class="button-row">{action.run()}</div> })}
            </div>
            {purpose.map(|purpose| view! { <p class="purpose">{purpose}</p> })}
            {children()}
        </div>
    }
}

/// A page without anything open over it.
#[component]
pub fn Nothing() -> impl IntoView {}
