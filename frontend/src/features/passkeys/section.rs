//! The passkeys among the account's security: what they are called, where they are, when they were used.

use super::known;
use crate::{
    blocks::listed::Listed,
    browser,
    features::security::safety::Safety,
    link,
    state::{
        resource_list::{ResourceList, row_key},
        ticking,
    },
    ui::{
        badge::Flag,
        button::ButtonLink,
        icon::Icon,
        menu::{Menu, MenuLink, Opener},
        notice::{Notice, Tone},
        table::{Column, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::passkey::{PASSKEYS_MAX, Passkey};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Passkeys(safety: Safety) -> impl IntoView {
    let list = safety.passkeys;
    view! {
        <section aria-labelledby="passkeys">
            <h2 id="passkeys">"Passkeys"</h2>
            <p class="purpose">
                "Sign in with your fingerprint, face or PIN instead of a password, or use it as a second step."
            </p>
            <Listed list=list what="Your passkeys" rows=2>
                <Shown list=list />
            </Listed>
        </section>
    }
}

#[component]
fn Shown(list: ResourceList<Passkey>) -> impl IntoView {
    let rows = Signal::derive(move || list.rows());
    let many = Memo::new(move |_| rows.read().len());
    // On this page the browser is told, and again when one has gone.
    Effect::new(move |before: Option<usize>| {
        let now = many.get();
        if now > 0 || before.is_some_and(|before| before > 0) {
            known::tell();
        }
        now
    });
    let refused = Signal::derive(move || match many.get() {
        PASSKEYS_MAX.. => Some(format!("You have {PASSKEYS_MAX} passkeys. Remove one first.")),
        _ if !browser::has_passkeys() => Some("This browser has no passkeys. Use one that is up to date.".to_owned()),
        _ => None,
    });
    let words = move || match many.get() {
        0 => "None yet".to_owned(),
        1 => "One passkey".to_owned(),
        many => format!("{many} passkeys"),
    };
    let suspects = move || {
        let suspects = rows.get().into_iter().filter(|passkey| passkey.is_suspect == Some(true));
        let notices: Vec<_> = suspects
            .map(|passkey| {
                view! {
                    <Notice tone=Tone::Warn>
                        "There may be a copy of “" <bdi>{passkey.name.clone()}</bdi>
                        "”, so it no longer signs you in. Remove it and add it again."
                    </Notice>
                }
            })
            .collect();
        notices
    };
    view! {
        {suspects}
        {move || (many.get() > 0).then(|| table(list, rows))}
        <div class="beside below">
            <p>{words}</p>
            <ButtonLink label="Add passkey" href=Signal::stored(link::PASSKEY_NEW.to_owned()) refused=refused />
        </div>
    }
}

fn table(list: ResourceList<Passkey>, rows: Signal<Vec<Arc<Passkey>>>) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Name", |passkey: &Arc<Passkey>| {
            let suspect = (passkey.is_suspect == Some(true)).then(|| {
                view! { <Flag /> " " }
            });
            let name = passkey.name.clone();
            view! { <span title=name.clone()>{suspect} <bdi>{name.clone()}</bdi></span> }.into_any()
        })
        .width(Width::Rest(200)),
        Column::new("Where", |passkey: &Arc<Passkey>| {
            let place = if passkey.is_backed_up { "Synced" } else { "On one device" };
            view! { <span>{place}</span> }.into_any()
        })
        .class("third")
        .width(Width::Just(136)),
        Column::new("Added", move |passkey: &Arc<Passkey>| view! { <Ago at=passkey.dt_created now=now /> }.into_any())
            .width(Width::Just(128))
            .leaves(1),
        Column::new("Last used", move |passkey: &Arc<Passkey>| match passkey.dt_last_used {
            Some(at) => view! { <span class="phone">"Last used: "</span> <Ago at=at now=now /> }.into_any(),
            None => view! { <span class="muted"><span class="phone">"Last used: "</span> "not yet"</span> }.into_any(),
        })
        .class("second")
        .width(Width::Just(128)),
    ];
    let menu = |passkey: &Arc<Passkey>| {
        let (id, label) = (passkey.id, format!("Actions for {}", passkey.name));
        view! {
            <Menu label=label opener=Opener::Icon(Icon::More)>
                <MenuLink href=link::passkey_name(id) label="Rename" />
                <MenuLink href=link::passkey_remove(id) label="Remove" danger=true />
            </Menu>
        }
        .into_any()
    };
    view! {
        <Table
            label="Passkeys"
            columns=columns
            rows=rows
            key=row_key
            actions=Arc::new(menu)
            changed=list.changed
        />
    }
}
