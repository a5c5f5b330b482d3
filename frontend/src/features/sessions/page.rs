//! Account settings, Sessions: every place where one is signed in, and ending them.

use super::{api, device::device_and_place};
use crate::{
    blocks::{listed::Listed, page::Page},
    features::accounts::own::PLACE,
    link,
    state::{
        resource_list::{Resource, ResourceList, row_key},
        session, ticking,
    },
    ui::{
        badge::Badge,
        button::ButtonLink,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        table::{Column, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{SessionId, Timestamp, session::AccountSession, timestamp::HOUR};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::{cmp::Reverse, sync::Arc};

impl Resource for AccountSession {
    type Key = SessionId;

    fn key(&self) -> SessionId {
        self.id
    }
}

#[component]
pub fn Sessions() -> impl IntoView {
    let sessions = ResourceList::whole(|abort| async move {
        let mut sessions = api::list(abort).await?;
        sessions.sort_by_key(|session| (!session.is_current, Reverse(session.dt_last_seen)));
        Ok(sessions)
    })
    .provide();
    // The one that is used is known to be the only one.
    let alone = move || sessions.with(|rows| rows.iter().all(|session| session.is_current)).unwrap_or_default();
    let refused = Signal::derive(move || alone().then(|| "No other sessions.".to_owned()));
    let end = move || {
        let href = Signal::stored(link::SESSIONS_END_OTHERS.to_owned());
        view! { <ButtonLink label="Sign out everywhere else" href=href refused=refused /> }
    };
    view! {
        <Page
            title="Sessions"
            place=PLACE
            purpose="Where you are signed in. A session ends 30 days after it was last used, and you can end each from here."
            action=end
        >
            <Listed list=sessions what="Your sessions" rows=3>
                <Rows sessions=sessions />
            </Listed>
        </Page>
        <Outlet />
    }
}

/// When it was used last, which is known to the hour.
fn last_seen(session: &AccountSession, now: Timestamp) -> Option<&'static str> {
    match now.since(session.dt_last_seen) {
        _ if session.is_current => Some("Now"),
        ..HOUR => Some("In the last hour"),
        _ => None,
    }
}

#[component]
fn Rows(sessions: ResourceList<AccountSession>) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Device and place", |session: &Arc<AccountSession>| {
            let from = device_and_place(&session.device, &session.place);
            let this = session.is_current.then(|| view! { " " <Badge text="This session" strong=true /> });
            view! { <span title=from.clone()>{from.clone()} {this}</span> }.into_any()
        })
        .class("wrap")
        .width(Width::Share(36, 200)),
        Column::new("Address", |session: &Arc<AccountSession>| {
            view! { <span title=session.address.clone()>{session.address.clone()}</span> }.into_any()
        })
        .class("second")
        .width(Width::Rest(140)),
        Column::new("Signed in", move |session: &Arc<AccountSession>| {
            view! { <Ago at=session.dt_created now=now /> }.into_any()
        })
        .width(Width::Just(120))
        .leaves(1),
        Column::new("Last seen", move |session: &Arc<AccountSession>| {
            let session = session.clone();
            (move || match last_seen(&session, now.get()) {
                Some(word) => word.into_any(),
                None => view! { <Ago at=session.dt_last_seen now=now /> }.into_any(),
            })
            .into_any()
        })
        .class("third")
        .width(Width::Just(136)),
    ];
    let menu = move |session: &Arc<AccountSession>| {
        let (id, current) = (session.id, session.is_current);
        let items = move || {
            if current {
                view! { <MenuAction label="Sign out" icon=Icon::Leave on_choose=move |()| session::sign_out() /> }
                    .into_any()
            } else {
                view! { <MenuLink href=link::session_end(id) label="End session" danger=true /> }.into_any()
            }
        };
        view! { <Menu label=format!("Actions for {}", session.device) opener=Opener::Icon(Icon::More)>{items()}</Menu> }
            .into_any()
    };
    view! {
        <Table
            label="Sessions"
            columns=columns
            rows=Signal::derive(move || sessions.rows())
            key=row_key
            actions=Arc::new(menu)
        />
    }
}
