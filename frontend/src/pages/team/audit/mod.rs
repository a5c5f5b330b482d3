//! The audit log: who did what to what, from where, newest first. A line opens over the page.

pub mod change;

use crate::{
    api::{self, Answer, client::Abort},
    layout::{loaded::loaded, page::Page, trouble::Trouble},
    link,
    state::{
        query::{Load, Pages},
        ticking,
        workspace::{self, Here},
    },
    ui::{
        button::Button,
        empty::NothingYet,
        notice::Notice,
        skeleton::RowsSkeleton,
        table::{Column, Table, Width},
        time::Ago,
    },
};
use guildhall_shared::{Action, audit::AuditEvent};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::sync::Arc;

/// The lines that have come, as the page and an open line share them.
#[derive(Clone, Copy)]
pub struct Log {
    pub lines: Pages<AuditEvent>,
}

impl Log {
    fn new(here: Here) -> Self {
        let lines = Pages::new(
            move || here.may(Action::ReadAudit).then(|| here.id()),
            false,
            |team, _, abort| async move {
                match team {
                    Some(team) => api::audit::list(&team, &abort).await,
                    None => Ok(Answer { value: vec![], etag: None, next: None }),
                }
            },
        );
        Self { lines }
    }

    /// Puts the next older page below.
    pub fn older(self) {
        self.lines.more(|next| async move { api::audit::page(&next, &Abort::new()).await });
    }

    /// Whether lines may still come by themselves.
    pub fn is_coming(self) -> bool {
        let waiting = matches!(&*self.lines.load.read(), Load::Waiting);
        waiting || (self.lines.next.read().is_some() && self.lines.trouble.read().is_none())
    }
}

#[component]
pub fn Audit() -> impl IntoView {
    let here = workspace::around();
    let refused = here.refusal(Action::ReadAudit);
    let log = Log::new(here);
    provide_context(log);
    view! {
        <Page
            title="Audit log"
            place=here.place()
            purpose="A tamper-evident record of changes and denied requests in this workspace."
            wide=true
        >
            {move || match refused.get() {
                Some(reason) => view! { <Notice>{reason}</Notice> }.into_any(),
                None => view! { <Lines log=log here=here /> }.into_any(),
            }}
        </Page>
        <Outlet />
    }
}

#[component]
fn Lines(log: Log, here: Here) -> impl IntoView {
    let lines = log.lines;
    let empty = Memo::new(move |_| matches!(&*lines.load.read(), Load::Ready(rows) if rows.is_empty()));
    let content = move || {
        if empty.get() {
            view! { <NothingYet title="Nothing yet" sentence="The first change in this workspace appears here." /> }
                .into_any()
        } else {
            table(log, here).into_any()
        }
    };
    view! {
        {loaded(
            lines.load,
            "The audit log",
            move || lines.ask_again(),
            || view! { <RowsSkeleton rows=8 /> }.into_any(),
            move || content.into_any(),
        )}
        <Trouble failure=lines.trouble />
        {move || {
            let older = move |_| log.older();
            lines.next.read().is_some().then(|| view! { <div><Button busy=lines.busy on_click=older>"Show older"</Button></div> })
        }}
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

fn table(log: Log, here: Here) -> impl IntoView {
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
            rows=Signal::derive(move || log.lines.rows())
            key=|event: &AuditEvent| event.id.clone()
            opens=true
        />
    }
}
