//! The top bar: the workspace switcher, where one is, and the person's own menu.

use super::{entry::Added, nav};
use crate::{
    api, link,
    state::{follow::follow, session, theme, workspace},
    ui::{
        avatar::Avatar,
        button::IconButton,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener, Side},
    },
};
use guildhall_shared::{account::AccountPatch, member::shown_name};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

#[component]
pub fn TopBar(#[prop(into)] on_menu: Callback<()>) -> impl IntoView {
    view! {
        <header class="top">
            <div class="drawer-button">
                <IconButton icon=Icon::Menu label="Navigation" on_click=move |_| on_menu.run(()) />
            </div>
            <a class="brand" href=link::HOME aria-label="Guildhall, your workspace">
                {Icon::Hall.view()} <span>"Guildhall"</span>
            </a>
            <span class="slash" aria-hidden="true">"/"</span>
            <Switcher />
            <Crumbs />
            <span class="space"></span>
            <UserMenu />
        </header>
    }
}

#[component]
fn Switcher() -> impl IntoView {
    let here = workspace::here();
    let path = use_location().pathname;
    move || {
        let current = here.get();
        let name = current.as_ref().map_or_else(|| "Your account".to_owned(), |workspace| workspace.name.clone());
        let is_team = current.as_ref().is_some_and(|workspace| !workspace.is_private);
        let chosen = current.map(|workspace| workspace.namespace);
        let opener = view! {
            <Avatar name=name.clone() team=is_team />
            <bdi class="words">{name.clone()}</bdi>
            {Icon::Switch.view()}
        }
        .into_any();
        let items = move || {
            let path = path.get_untracked();
            let links: Vec<_> = workspace::all()
                .into_iter()
                .map(|workspace| {
                    let current = chosen.as_ref() == Some(&workspace.namespace);
                    let href = link::same_page_of(&path, &workspace.namespace);
                    let icon = if workspace.is_private { Icon::Home } else { Icon::Users };
                    view! { <MenuLink href=href label=workspace.name icon=icon current=current /> }
                })
                .collect();
            view! {
                <p class="group" role="presentation">"Workspaces"</p>
                {links}
                <hr />
                <MenuLink href=link::TEAM_NEW label="Create a team" icon=Icon::Plus />
                <MenuLink href=link::TEAMS label="All teams and invitations" icon=Icon::Users />
            }
        };
        view! {
            <Menu label=format!("Workspace: {name}. Switch") opener=Opener::View(opener, "button quiet switcher") side=Side::Left>
                {items()}
            </Menu>
        }
    }
}

#[component]
fn Crumbs() -> impl IntoView {
    let here = workspace::here();
    let path = use_location().pathname;
    let added = Added::around();
    move || {
        let path = path.get();
        let items = nav::items(added, here.get().as_ref());
        items.into_iter().find(|item| path == item.href || path.starts_with(&format!("{}/", item.href))).map(|item| {
            view! {
                <nav class="crumbs" aria-label="Breadcrumbs">
                    <ol>
                        <li>
                            <span class="slash" aria-hidden="true">"/"</span>
                            <a href=item.href>{item.label}</a>
                        </li>
                    </ol>
                </nav>
            }
        })
    }
}

#[component]
fn UserMenu() -> impl IntoView {
    // Only what is shown: a menu that is open stays open while the session is read anew.
    let shown = follow(|| {
        let session = session::session()?;
        let user = &session.user;
        Some((shown_name(&user.first_name, &user.last_name, &user.username), user.email.clone()))
    });
    move || {
        let (name, email) = shown.get()?;
        let words = name.clone();
        let opener = view! { <Avatar name=name /> }.into_any();
        let items = move || {
            let themes: Vec<_> = [
                ("light", "Light", Icon::Sun),
                ("dark", "Dark", Icon::Moon),
                ("system", "System", Icon::Monitor),
            ]
            .into_iter()
            .map(|(theme, label, icon)| {
                view! {
                    <MenuAction label=label icon=icon checked=theme::now() == theme on_choose=move |()| choose(theme) />
                }
            })
            .collect();
            view! {
                <div class="who" role="presentation">
                    <strong><bdi>{words.clone()}</bdi></strong>
                    <div class="muted">{email.clone()}</div>
                </div>
                <hr />
                <MenuLink href=link::ACCOUNT_PROFILE label="Account settings" icon=Icon::User />
                <MenuLink href=link::TEAMS label="Teams" icon=Icon::Users />
                <hr />
                <p class="group" role="presentation">"Theme"</p>
                {themes}
                <hr />
                <MenuAction label="Sign out" icon=Icon::Leave on_choose=move |()| session::sign_out() />
            }
        };
        Some(
            view! { <Menu label="Your account" opener=Opener::View(opener, "button quiet only-icon")>{items()}</Menu> },
        )
    }
}

/// Shows it at once, and keeps it with the account.
fn choose(chosen: &'static str) {
    theme::set(chosen);
    spawn_local(async move {
        let patch = AccountPatch { theme: Some(chosen.to_owned()), ..AccountPatch::default() };
        if api::account::update(patch, None).await.is_ok() {
            session::load().await;
        }
    });
}
