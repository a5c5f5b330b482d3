//! The security log: what happened to the account, newest first.

use super::api;
use crate::{
    api::call::Abort,
    blocks::listed::Listed,
    features::sessions::device::device_and_place,
    state::{
        resource_list::{ResourceList, row_key},
        ticking,
    },
    ui::{
        badge::{Badge, Flag},
        button::Button,
        empty::NothingYet,
        table::{Column, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::security_log::SecurityEvent;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Log(log: ResourceList<SecurityEvent>) -> impl IntoView {
    let empty = || view! { <NothingYet title="Nothing yet" sentence="Your next sign-in appears here." /> };
    let more = move || {
        let older = move |_| log.more(|next| async move { api::page(&next, &Abort::new()).await });
        log.next
            .read()
            .is_some()
            .then(|| view! { <div class="more"><Button busy=log.busy on_click=older>"Show older"</Button></div> })
    };
    view! {
        <Listed list=log what="The security log" rows=6 empty=empty>
            {table(log)}
        </Listed>
        {more}
    }
}

fn table(log: ResourceList<SecurityEvent>) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("What", |event: &Arc<SecurityEvent>| {
            let sentence = event.action.sentence();
            let warning = event.action.is_warning().then(|| {
                view! { <Flag /> " " }
            });
            let detail = event.detail.clone().map(|detail| view! { " " <bdi class="muted">{detail}</bdi> });
            let times = (event.count > 1).then(|| format!("{} times", event.count));
            let counted = times.clone().map(|times| view! { " " <Badge text=times /> });
            let whole = [Some(sentence.to_owned()), event.detail.clone(), times].into_iter().flatten();
            let whole = whole.collect::<Vec<_>>().join(" ");
            view! { <span title=whole>{warning} {sentence} {detail} {counted}</span> }.into_any()
        })
        .class("wrap")
        .width(Width::Share(42, 230)),
        Column::new("Device and place", |event: &Arc<SecurityEvent>| {
            let from = device_and_place(&event.device, &event.place);
            view! { <span title=from.clone()>{from.clone()}</span> }.into_any()
        })
        .class("second")
        .width(Width::Rest(150)),
        Column::new("Address", |event: &Arc<SecurityEvent>| {
            view! { <span title=event.address.clone()>{event.address.clone()}</span> }.into_any()
        })
        .width(Width::Just(136))
        .leaves(1),
        Column::new("When", move |event: &Arc<SecurityEvent>| view! { <Ago at=event.dt_created now=now /> }.into_any())
            .class("third")
            .width(Width::Just(120)),
    ];
    view! {
        <Table
            label="Security log"
            columns=columns
            rows=Signal::derive(move || log.rows())
            key=row_key
        />
    }
}
