//! One line of the audit log with all that it says: who, what, from where, what changed, and its place in the chain.

use super::{
    change::{Change, changes},
    page::{actor, means, older, place},
};
use crate::{
    link,
    state::{go, param::param, resource_list::ResourceList, ticking, workspace},
    ui::{copy::CopyText, dialog::Dialog, skeleton::FormSkeleton, time::Exact},
};
use guildhall_shared::audit::AuditEvent;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn AuditLine() -> impl IntoView {
    let here = workspace::around();
    let id = param::<String>("line");
    let lines = ResourceList::<AuditEvent>::around();
    let line = Memo::new(move |_| lines.get(&id.get()?));
    let has_older = move || lines.next.read().is_some();
    // An old line stands on a later page.
    Effect::new(move |_| {
        if line.read().is_none() && has_older() {
            older(lines);
        }
    });
    let coming = move || lines.is_coming() || has_older() && lines.trouble.read().is_none();
    let inside = move || {
        (move || match line.get() {
            Some(event) => all(&event).into_any(),
            None if coming() => view! { <FormSkeleton fields=6 /> }.into_any(),
            None => view! { <p class="lead">"The log has no such event, or it could not be loaded."</p> }.into_any(),
        })
        .into_any()
    };
    let title = Signal::derive(move || format!("Event {}", id.get().unwrap_or_default()));
    view! {
        <Dialog
            title=title
            class="dialog broad"
            on_close=move |()| go::within(&link::audit(here.now().namespace))
            children=ToChildren::to_children(inside)
        />
    }
}

fn all(event: &Arc<AuditEvent>) -> impl IntoView + use<> {
    let now = ticking::now();
    let (by, from, means) = (actor(event), place(event), means(event));
    let AuditEvent {
        id: _,
        dt_created,
        action,
        actor,
        target,
        target_name,
        address: _,
        before: _,
        after: _,
        hash,
        previous,
    } = event.as_ref().clone();
    let changed = changes(event);
    let named = !target_name.is_empty() && target_name != target;
    view! {
        <dl class="facts">
            <dt>"When"</dt>
            <dd><Exact at=dt_created now=now /></dd>
            <dt>"By"</dt>
            <dd>
                <bdi>{by}</bdi> " " <code class="muted">{actor.id}</code> {means.map(|means| format!(" {means}"))}
                {actor.api_key.map(|key| view! { " " <code>{key}</code> })}
            </dd>
            <dt>"Action"</dt>
            <dd><code>{action}</code></dd>
            <dt>"On"</dt>
            <dd>{named.then(|| view! { <bdi>{target_name}</bdi> " " })} <code class="muted">{target}</code></dd>
            <dt>"From"</dt>
            <dd>{from}</dd>
        </dl>
        {(!changed.is_empty()).then(|| view! { <Changes changed=changed /> })}
        <dl class="facts chain">
            <dt>"Hash"</dt>
            <dd><code>{hash.clone()}</code> " " <CopyText text=hash label="Copy hash" /></dd>
            <dt>"Previous hash"</dt>
            <dd><code>{previous.clone()}</code> " " <CopyText text=previous label="Copy previous hash" /></dd>
        </dl>
    }
}

#[component]
fn Changes(changed: Vec<Change>) -> impl IntoView {
    let word = |text: Option<String>| match text {
        Some(text) => view! { <bdi>{text}</bdi> }.into_any(),
        None => view! { <span class="muted">"none"</span> }.into_any(),
    };
    let rows: Vec<_> = changed
        .into_iter()
        .map(|Change { field, before, after }| {
            let name = if field.is_empty() { "Value".to_owned() } else { field };
            view! { <tr><th scope="row">{name}</th><td>{word(before)}</td><td>{word(after)}</td></tr> }
        })
        .collect();
    view! {
        <table class="diff" aria-label="What changed">
            <thead><tr><th scope="col"><span class="unseen">"Field"</span></th><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
