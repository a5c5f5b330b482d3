//! Mod+K: every page and action by a few letters of its name.

use super::entry::{Added, Entry, Shortcut};
use crate::{
    browser, link,
    state::{
        go, session,
        workspace::{self, Workspace},
    },
    ui::dialog,
};
use guildhall_shared::text::lower;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

#[derive(Clone, PartialEq, Eq)]
struct Target {
    label: String,
    place: String,
    href: String,
}

impl Target {
    fn new(label: impl Into<String>, place: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), place: place.into(), href: href.into() }
    }
}

/// The pages and actions of the current workspace, those of the account, then the other workspaces.
fn targets(
    here: Option<&Workspace>,
    added: Added,
    of_workspace: &'static [Shortcut],
    of_account: &'static [Shortcut],
) -> Vec<Target> {
    let mut all = vec![];
    if let Some(here) = here {
        all.extend(found(here.name.as_str(), added.of_workspace, of_workspace, Some(here)));
    }
    all.extend(found("Your account", added.of_account, of_account, None));
    let others = workspace::all().into_iter().filter(|one| here.is_none_or(|here| here.id != one.id));
    all.extend(others.map(|one| Target::new(one.name, "Switch workspace", link::team(one.namespace))));
    all
}

fn found(place: &str, pages: &[Entry], actions: &[Shortcut], here: Option<&Workspace>) -> Vec<Target> {
    let pages = pages.iter().map(|Entry { label, to, .. }| (*label, *to));
    let actions = actions.iter().map(|Shortcut { label, to }| (*label, *to));
    pages.chain(actions).filter_map(|(label, to)| Some(Target::new(label, place, to.href(here)?))).collect()
}

#[component]
pub fn Palette() -> impl IntoView {
    let open = RwSignal::new(false);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let pressed = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k");
        let wanted = pressed && session::has_hotkeys();
        let busy = browser::document().is_some_and(|d| d.query_selector("dialog[open]").ok().flatten().is_some());
        if wanted && !busy {
            event.prevent_default();
            open.try_set(true);
        }
    });
    on_cleanup(move || keys.remove());
    provide_context(Open(open));
    let inside = Added::around().palette;
    move || open.get().then(inside)
}

#[derive(Clone, Copy)]
struct Open(RwSignal<bool>);

/// The content of the palette, with these actions beside the pages.
#[component]
pub fn GoTo(of_workspace: &'static [Shortcut], of_account: &'static [Shortcut]) -> impl IntoView {
    let here = workspace::here();
    let added = Added::around();
    let targets = untrack(|| targets(here.get().as_ref(), added, of_workspace, of_account));
    let open = use_context::<Open>();
    let on_close = move |()| {
        if let Some(Open(open)) = open {
            open.set(false);
        }
    };
    view! { <Inside targets=targets on_close=on_close /> }
}

#[component]
fn Inside(targets: Vec<Target>, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    dialog::show(node);
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let text = lower(&text.get());
        let words: Vec<&str> = text.split_whitespace().collect();
        let fits = |target: &&Target| {
            let whole = lower(&format!("{} {}", target.label, target.place));
            words.iter().all(|word| whole.contains(word))
        };
        targets.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let close = move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    let follow = move |target: &Target| {
        close();
        go::to(&target.href);
    };
    let press = move |event: KeyboardEvent| {
        let count = found.read_untracked().len();
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at + 1 < count { *at + 1 } else { 0 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => {
                let target = found.read_untracked().get(at.get_untracked()).cloned();
                if let Some(target) = target {
                    follow(&target);
                }
            }
            _ => return,
        }
        event.prevent_default();
        browser::next_frame(|| {
            let chosen = browser::document()
                .and_then(|d| d.query_selector(".palette [aria-selected=true]").ok().flatten())
                .and_then(|element| element.dyn_into::<web_sys::Element>().ok());
            if let Some(element) = chosen {
                element.scroll_into_view_with_bool(false);
            }
        });
    };
    let options = move || {
        let found = found.get();
        if found.is_empty() {
            return view! { <li class="muted small" role="presentation">"No results."</li> }.into_any();
        }
        let options: Vec<_> = found
            .into_iter()
            .enumerate()
            .map(|(index, target)| {
                let (label, place) = (target.label.clone(), target.place.clone());
                view! {
                    <li
                        role="option"
                        id=format!("palette-{index}")
                        aria-selected=move || if at.get() == index { "true" } else { "false" }
                        on:click=move |_| follow(&target)
                    >
                        <bdi>{label}</bdi>
                        <span class="muted"><bdi>{place}</bdi></span>
                    </li>
                }
            })
            .collect();
        options.into_any()
    };
    view! {
        <dialog class="dialog palette" node_ref=node aria-label="Go to" on:close=move |_| dialog::closed(on_close)>
            <div class="inside">
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autofocus=true
                    autocomplete="off"
                    spellcheck="false"
                    aria-label="Go to a page or action"
                    placeholder="Go to a page or action"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || format!("palette-{}", at.get())
                    prop:value=move || text.get()
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        at.set(0);
                    }
                    on:keydown=press
                />
                <ul role="listbox" id="palette-list" aria-label="Pages and actions">
                    {options}
                </ul>
            </div>
        </dialog>
    }
}
