//! The audit log: who did what to what, from where, newest first. A line opens over the page.

use super::{api, change};
use crate::{
    api::{Answer, call::Abort},
    blocks::{listed::Listed, page::Page},
    link,
    state::{
        resource_list::{Resource, ResourceList, row_key},
        ticking,
        workspace::{self, Here},
    },
    ui::{
        button::Button,
        empty::NothingYet,
        notice::Notice,
        table::{Column, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{Action, audit::AuditEvent};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::sync::Arc;

impl Resource for AuditEvent {
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// Puts the next older page below.
pub fn older(lines: ResourceList<AuditEvent>) {
    lines.more(|next| async move { api::page(&next, &Abort::new()).await });
}

#[component]
pub fn Audit() -> impl IntoView {
    let here = workspace::around();
    let refused = here.refusal(Action::ReadAudit);
    let lines = ResourceList::new(
        move || here.may(Action::ReadAudit).then(|| here.id()),
        |team, abort| async move {
            match team {
                Some(team) => api::list(&team, &abort).await,
                None => Ok(Answer { value: vec![], etag: None, next: None }),
            }
        },
    )
    .provide();
    view! {
        <Page
            title="Audit log"
            place=here.place()
            purpose="A tamper-evident record of changes and denied requests in this workspace."
            wide=true
        >
            {move || match refused.get() {
                Some(reason) => view! { <Notice>{reason}</Notice> }.into_any(),
                None => view! { <Lines lines=lines here=here /> }.into_any(),
            }}
        </Page>
        <Outlet />
    }
}

#[component]
fn Lines(lines: ResourceList<AuditEvent>, here: Here) -> impl IntoView {
    let empty =
        || view! { <NothingYet title="Nothing yet" sentence="The first change in this workspace appears here." /> };
    let more = move || {
        let older = move |_| older(lines);
        lines
            .next
            .read()
            .is_some()
            .then(|| view! { <div><Button busy=lines.busy on_click=older>"Show older"</Button></div> })
    };
    view! {
        <Listed list=lines what="The audit log" rows=8 empty=empty>
            {table(lines, here)}
        </Listed>
        {more}
    }
}

/// The platform itself, as an actor.
const SYSTEM: &str = "system";
/// What the log has in place of words whose person is erased.
const ERASED: &str = "erased";

/// Who did it, in a word.
pub fn actor(event: &AuditEvent) -> String {
    if event.actor.id == SYSTEM { "System".to_owned() } else { event.actor.name.clone() }
}

/// Where it was done from.
pub fn place(event: &AuditEvent) -> String {
    let word = match &event.address {
        Some(address) => address,
        None if event.actor.id == SYSTEM => "System",
        None if event.actor.name == ERASED => "Erased",
        // Counted over a minute, from wherever they came.
        None if event.action == "refused" => "Not recorded",
        None => "In a browser",
    };
    word.to_owned()
}

/// By what a person did it; nothing where it was no person.
pub fn means(event: &AuditEvent) -> Option<&'static str> {
    match &event.actor.api_key {
        Some(_) => Some("with an API key"),
        None if event.actor.id == SYSTEM || event.action == "refused" => None,
        None => Some("in a browser"),
    }
}

fn table(lines: ResourceList<AuditEvent>, here: Here) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Action", move |event: &Arc<AuditEvent>| {
            let (name, id) = (event.target_name.clone(), event.target.clone());
            let shown = if name.is_empty() { id.clone() } else { name };
            let whole = if shown == id { id } else { format!("{shown} ({id})") };
            let href = link::audit_line(here.now().namespace, &event.id);
            view! { <a href=href><code>{event.action.clone()}</code></a> " " <bdi class="muted" title=whole>{shown}</bdi> }
                .into_any()
        })
        .width(Width::Share(36, 200)),
        Column::new("Change", |event: &Arc<AuditEvent>| {
            let change = change::in_a_line(event);
            let by = actor(event);
            let dot = if change.is_empty() { "" } else { " · " };
            view! { <span class="phone"><bdi>{by}</bdi>{dot}</span><bdi title=change.clone()>{change.clone()}</bdi> }
                .into_any()
        })
        .class("second")
        .width(Width::Rest(130))
        .leaves(1),
        Column::new("By", |event: &Arc<AuditEvent>| {
            let key = event.actor.api_key.as_ref().map(|_| view! { <span class="muted">" with a key"</span> });
            let name = actor(event);
            let title = match means(event) {
                Some(means) => format!("{name}, {means}"),
                None => name.clone(),
            };
            view! { <span title=title><bdi>{name.clone()}</bdi> {key}</span> }.into_any()
        })
        .width(Width::Rest(130)),
        Column::new("From", |event: &Arc<AuditEvent>| {
            let from = place(event);
            view! { <span title=from.clone()>{from.clone()}</span> }.into_any()
        })
        .width(Width::Just(120))
        .leaves(2),
        Column::new("When", move |event: &Arc<AuditEvent>| view! { <Ago at=event.dt_created now=now /> }.into_any())
            .class("third")
            .width(Width::Just(120)),
    ];
    view! {
        <Table
            label="Audit log"
            columns=columns
            rows=Signal::derive(move || lines.rows())
            key=row_key
            opens=true
        />
    }
}
