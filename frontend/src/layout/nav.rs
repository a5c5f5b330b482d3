//! The links at the side: of a workspace, and of one's account.

use crate::{
    link,
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

pub fn of_workspace(workspace: &Workspace) -> Vec<Item> {
    let namespace = &workspace.namespace;
    let mut items = vec![Item { label: "General", href: link::team(namespace), icon: Icon::Settings }];
    if !workspace.is_private {
        items.push(Item { label: "Members", href: link::members(namespace), icon: Icon::Users });
    }
    items.push(Item { label: "API keys", href: link::api_keys(namespace), icon: Icon::Key });
    items.push(Item { label: "Secrets", href: link::secrets(namespace), icon: Icon::Lock });
    items.push(Item { label: "Audit log", href: link::audit(namespace), icon: Icon::Scroll });
    items
}

pub fn of_account() -> Vec<Item> {
    vec![
        Item { label: "Profile", href: link::ACCOUNT_PROFILE.to_owned(), icon: Icon::User },
        Item { label: "Security", href: link::SECURITY.to_owned(), icon: Icon::Shield },
        Item { label: "Sessions", href: link::SESSIONS.to_owned(), icon: Icon::Monitor },
        Item { label: "SSH keys", href: link::SSH_KEYS.to_owned(), icon: Icon::Terminal },
        Item { label: "Teams", href: link::TEAMS.to_owned(), icon: Icon::Users },
    ]
}

/// The groups that belong to the page in sight.
#[component]
pub fn Nav() -> impl IntoView {
    let here = workspace::here();
    move || match here.get() {
        Some(workspace) => {
            let heading = if workspace.is_private { "Your workspace" } else { "Team" };
            view! { <Group heading=heading items=of_workspace(&workspace) /> }.into_any()
        }
        None => view! { <Group heading="Your account" items=of_account() /> }.into_any(),
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
