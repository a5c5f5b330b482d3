//! Account settings, SSH keys: the public keys that machines know one by.

use super::api;
use crate::{
    blocks::{listed::Listed, page::Page},
    browser,
    features::accounts::own::PLACE,
    link,
    state::{
        announce,
        resource_list::{Resource, ResourceList, row_key},
        ticking,
    },
    ui::{
        button::{ButtonLink, Look},
        copy::CopyButton,
        empty::NothingYet,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        table::{Column, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{
    SshKeyId,
    ssh_key::{KEYS_MAX, SshKey},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Outlet;
use std::sync::Arc;

impl Resource for SshKey {
    type Key = SshKeyId;

    fn key(&self) -> SshKeyId {
        self.id
    }
}

/// What was copied out of a row's menu, which is closed by then.
#[derive(Clone, Copy)]
struct Copied(RwSignal<Option<String>>);

impl Copied {
    fn copy(self, what: &str, text: String) {
        let done = format!("{what} is copied.");
        spawn_local(async move {
            let refused = "The browser refused to copy. Allow it for this page, and try again.";
            let sentence = if browser::copy(&text).await { done } else { refused.to_owned() };
            announce::say(sentence.clone());
            self.0.try_set(Some(sentence));
        });
    }
}

#[component]
pub fn SshKeys() -> impl IntoView {
    let keys = ResourceList::whole(api::list).provide();
    let full = move || keys.with(|rows| rows.len() >= KEYS_MAX).unwrap_or_default();
    let refused = Signal::derive(move || full().then(|| format!("You have {KEYS_MAX} SSH keys. Remove one first.")));
    let add = move || {
        let href = Signal::stored(link::SSH_KEY_NEW.to_owned());
        view! { <ButtonLink label="Add SSH key" look=Look::Primary icon=Icon::Plus href=href refused=refused /> }
    };
    let empty = || {
        view! {
            <NothingYet title="No SSH keys yet" sentence="Add the public key of each computer that you connect from.">
                <p>"No key yet? " <code class="whole">"ssh-keygen -t ed25519"</code> " makes one."</p>
            </NothingYet>
        }
    };
    view! {
        <Page
            title="SSH keys"
            place=PLACE
            purpose="Public keys that give you SSH access to Linux machines. Never paste a private key."
            wide=true
            action=add
        >
            <Listed list=keys what="Your SSH keys" rows=3 empty=empty>
                <Keys keys=keys />
            </Listed>
        </Page>
        <Outlet />
    }
}

#[component]
fn Keys(keys: ResourceList<SshKey>) -> impl IntoView {
    let copied = Copied(RwSignal::new(None));
    // It was said of the rows that were there.
    Effect::new(move |_| {
        keys.load.track();
        copied.0.set(None);
    });
    let lines = move || keys.rows().iter().map(|key| key.line() + "\n").collect::<String>();
    view! {
        <Rows keys=keys copied=copied />
        <div class="tools below">
            {move || view! { <CopyButton text=lines() label="Copy authorized_keys" words="Copy authorized_keys" /> }}
            <span class="found">
                {move || copied.0.get().unwrap_or_else(|| "Copies all keys in authorized_keys format.".to_owned())}
            </span>
        </div>
    }
}

#[component]
fn Rows(keys: ResourceList<SshKey>, copied: Copied) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Name", |key: &Arc<SshKey>| {
            view! { <bdi title=key.name.clone()>{key.name.clone()}</bdi> }.into_any()
        })
        .width(Width::Rest(160)),
        Column::new("Type and size", |key: &Arc<SshKey>| {
            let words = format!("{} · {} bits", key.algorithm.label(), key.bits);
            view! { <span title=words.clone()>{words.clone()}</span> }.into_any()
        })
        .class("third")
        .width(Width::Just(160))
        .leaves(1),
        Column::new("Fingerprint", |key: &Arc<SshKey>| {
            view! { <code title=key.fingerprint.clone()>{key.fingerprint.clone()}</code> }.into_any()
        })
        .class("second")
        .width(Width::Share(40, 200)),
        Column::new("Added", move |key: &Arc<SshKey>| view! { <Ago at=key.dt_created now=now /> }.into_any())
            .width(Width::Just(120))
            .leaves(2),
    ];
    let menu = move |key: &Arc<SshKey>| {
        let key = StoredValue::new(key.clone());
        let copy_key = move |()| {
            let key = key.get_value();
            copied.copy(&format!("The public key “{}”", key.name), key.line());
        };
        let copy_fingerprint = move |()| {
            let key = key.get_value();
            copied.copy(&format!("The fingerprint of “{}”", key.name), key.fingerprint.clone());
        };
        let items = move || {
            view! {
                <MenuAction label="Copy public key" icon=Icon::Copy on_choose=copy_key />
                <MenuAction label="Copy fingerprint" icon=Icon::Copy on_choose=copy_fingerprint />
                <MenuLink href=link::ssh_key_remove(key.get_value().id) label="Remove" danger=true />
            }
        };
        let label = format!("Actions for {}", key.get_value().name);
        view! { <Menu label=label opener=Opener::Icon(Icon::More)>{items()}</Menu> }.into_any()
    };
    view! {
        <Table
            label="SSH keys"
            columns=columns
            rows=Signal::derive(move || keys.rows())
            key=row_key
            actions=Arc::new(menu)
            changed=keys.changed
        />
    }
}
