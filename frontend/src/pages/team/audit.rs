//! The audit log: who did what to what, from where, newest first.

use crate::{
    api,
    layout::{loaded::loaded, page::Page, trouble::Trouble},
    state::{
        query::{Load, Pages},
        ticking, workspace,
    },
    ui::{
        button::Button,
        empty::NothingYet,
        notice::Notice,
        skeleton::RowsSkeleton,
        table::{Column, Table},
        time::Ago,
    },
};
use guildhall_shared::{Action, audit::AuditEvent};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

#[component]
pub fn Audit() -> impl IntoView {
    let here = workspace::around();
    let refused = here.refusal(Action::ReadAudit);
    view! {
        <Page
            title="Audit log"
            place=here.place()
            purpose="Every change in this workspace, and every refusal that matters. Each line holds the hash of the one before it."
            wide=true
        >
            {move || match refused.get() {
                Some(reason) => view! { <Notice>{reason}</Notice> }.into_any(),
                None => view! { <Log here=here /> }.into_any(),
            }}
        </Page>
    }
}

#[component]
fn Log(here: workspace::Here) -> impl IntoView {
    let log =
        Pages::new(move || here.id(), false, |team, _, abort| async move { api::audit::list(&team, &abort).await });
    let empty = Memo::new(move |_| matches!(&*log.load.read(), Load::Ready(rows) if rows.is_empty()));
    let older = move |_| log.more(|next| async move { api::audit::page(&next, &api::client::Abort::new()).await });
    let content = move || {
        if empty.get() {
            view! { <NothingYet title="Nothing yet" sentence="The first change in this workspace stands here." /> }
                .into_any()
        } else {
            table(log).into_any()
        }
    };
    view! {
        {loaded(
            log.load,
            "The audit log",
            move || log.ask_again(),
            || view! { <RowsSkeleton rows=8 /> }.into_any(),
            move || content.into_any(),
        )}
        <Trouble failure=log.trouble />
        {move || log.next.read().is_some().then(|| view! { <div><Button busy=log.busy on_click=older>"Show older"</Button></div> })}
    }
}

fn table(log: Pages<AuditEvent>) -> impl IntoView {
    let now = RwSignal::from(ticking::now());
    let columns = vec![
        Column::new("Action", |event: &Arc<AuditEvent>| {
            let (name, id) = (event.target_name.clone(), event.target.clone());
            let shown = if name.is_empty() { id.clone() } else { name };
            view! { <code>{event.action.clone()}</code> " " <bdi class="muted" title=id>{shown}</bdi> }.into_any()
        })
        .width("36%"),
        Column::new("Change", |event: &Arc<AuditEvent>| {
            let change = change(event.before.as_deref(), event.after.as_deref());
            view! { <bdi title=change.clone()>{change.clone()}</bdi> }.into_any()
        }),
        Column::new("By", |event: &Arc<AuditEvent>| {
            let key = event.actor.api_key.as_ref().map(|_| view! { <span class="muted">" with a key"</span> });
            view! { <bdi>{event.actor.name.clone()}</bdi> {key} }.into_any()
        })
        .class("second"),
        Column::new("From", |event: &Arc<AuditEvent>| {
            let from = event.address.clone().unwrap_or_else(|| "the platform".to_owned());
            view! { <span title=from.clone()>{from.clone()}</span> }.into_any()
        })
        .width("13%"),
        Column::new("When", move |event: &Arc<AuditEvent>| view! { <Ago at=event.dt_created now=now /> }.into_any())
            .class("third")
            .width("120px"),
    ];
    view! {
        <Table
            label="Audit log"
            columns=columns
            rows=Signal::derive(move || log.rows())
            key=|event: &AuditEvent| event.id.clone()
        />
    }
}

type Fields = BTreeMap<String, String>;

/// What changed, in a line: only the fields that differ, where there are several.
fn change(before: Option<&str>, after: Option<&str>) -> String {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (None, Some(after)) => return after.to_owned(),
        (Some(before), None) => return format!("was {before}"),
        (None, None) => return String::new(),
    };
    let fields = |text| serde_json::from_str::<Fields>(text).ok();
    let (Some(old), Some(new)) = (fields(before), fields(after)) else {
        return format!("{before} → {after}");
    };
    let word = |fields: &Fields, name| match fields.get(name) {
        Some(text) if !text.is_empty() => text.clone(),
        _ => "none".to_owned(),
    };
    let names: BTreeSet<&String> =
        old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    let parts: Vec<String> =
        names.into_iter().map(|name| format!("{name}: {} → {}", word(&old, name), word(&new, name))).collect();
    parts.join(", ")
}
