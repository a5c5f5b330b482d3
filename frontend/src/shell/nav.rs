//! The links at the side: of a workspace, and of the caller's account.

use super::entry::{Added, Entry};
use crate::{
    state::workspace::{self, Workspace},
    ui::icon::Icon,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[derive(Clone)]
pub struct Item {
    pub label: &'static str,
    pub href: String,
    pub icon: Icon,
}

/// The links of a workspace, or of the account where there is none.
pub fn items(added: Added, here: Option<&Workspace>) -> Vec<Item> {
    let entries = if here.is_some() { added.of_workspace } else { added.of_account };
    let item = |entry: &Entry| Some(Item { label: entry.label, href: entry.to.href(here)?, icon: entry.icon });
    entries.iter().filter_map(item).collect()
}

/// The groups that belong to the page in sight.
#[component]
pub fn Nav() -> impl IntoView {
    let here = workspace::here();
    let added = Added::around();
    move || {
        let here = here.get();
        let heading = match &here {
            Some(workspace) if workspace.is_private => "Your workspace",
            Some(_) => "Team",
            None => "Your account",
        };
        view! { <Group heading=heading items=items(added, here.as_ref()) /> }
    }
}

#[component]
fn Group(heading: &'static str, items: Vec<Item>) -> impl IntoView {
    let path = use_location().pathname;
    let links: Vec<_> = items
        .into_iter()
        .map(|Item { label, href, icon }| {
            let own = href.clone();
            let below = format!("{href}/");
            let current = move || {
                let path = path.get();
                (path == own || path.starts_with(&below)).then_some("page")
            };
            view! {
                <li>
                    <a href=href aria-current=current>
                        {icon.view()}
                        {label}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav aria-label=heading>
            <h2>{heading}</h2>
            <ul>{links}</ul>
        </nav>
    }
}
