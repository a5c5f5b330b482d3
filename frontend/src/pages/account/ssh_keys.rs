//! Account settings, SSH keys: the public keys that machines know one by.

use super::PLACE;
use crate::{
    api::{self, Answer},
    browser,
    layout::{loaded::loaded, page::Page},
    link,
    state::{
        announce,
        query::{Load, Pages},
        ticking,
    },
    ui::{
        button::{ButtonLink, Look},
        copy::CopyButton,
        empty::NothingYet,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        skeleton::RowsSkeleton,
        table::{Column, Table, Width},
        time::Ago,
    },
};
use guildhall_shared::{
    SshKeyId,
    ssh_key::{KEYS_MAX, SshKey},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Outlet;
use std::sync::Arc;

/// The keys of this page, shared with its forms.
#[derive(Clone, Copy)]
pub struct Bunch {
    keys: Pages<SshKey>,
    changed: RwSignal<Option<String>>,
    /// What was copied out of a row's menu, which is closed by then.
    copied: RwSignal<Option<String>>,
}

impl Bunch {
    pub fn find(self, id: SshKeyId) -> Option<Arc<SshKey>> {
        self.keys.find(|key| key.id == id)
    }

    pub fn add(self, key: SshKey) {
        self.copied.set(None);
        self.changed.set(Some(key.id.to_string()));
        self.keys.change(|rows| rows.insert(0, key.into()));
    }

    pub fn remove(self, id: SshKeyId) {
        self.copied.set(None);
        self.keys.change(|rows| rows.retain(|key| key.id != id));
    }

    fn copy(self, what: &str, text: String) {
        let done = format!("{what} is copied.");
        spawn_local(async move {
            let refused = "The browser refused to copy. Allow it for this page, and try again.";
            let sentence = if browser::copy(&text).await { done } else { refused.to_owned() };
            announce::say(sentence.clone());
            self.copied.try_set(Some(sentence));
        });
    }
}

#[component]
pub fn SshKeys() -> impl IntoView {
    let keys = Pages::new(
        || (),
        false,
        |(), _, abort| async move {
            let value = api::ssh_key::list(abort).await?;
            Ok(Answer { value, etag: None, next: None })
        },
    );
    let bunch = Bunch { keys, changed: RwSignal::new(None), copied: RwSignal::new(None) };
    provide_context(bunch);
    let full = move || matches!(&*keys.load.read(), Load::Ready(rows) if rows.len() >= KEYS_MAX);
    let refused = Signal::derive(move || full().then(|| format!("You have {KEYS_MAX} SSH keys. Remove one first.")));
    let add = move || {
        let href = Signal::stored(link::SSH_KEY_NEW.to_owned());
        view! { <ButtonLink label="Add SSH key" look=Look::Primary icon=Icon::Plus href=href refused=refused /> }
    };
    view! {
        <Page
            title="SSH keys"
            place=PLACE
            purpose="Public keys that give you SSH access to Linux machines. Never paste a private key."
            wide=true
            action=add
        >
            {loaded(
                keys.load,
                "Your SSH keys",
                move || keys.ask_again(),
                || view! { <RowsSkeleton rows=3 /> }.into_any(),
                move || view! { <Listed bunch=bunch /> }.into_any(),
            )}
        </Page>
        <Outlet />
    }
}

#[component]
fn Listed(bunch: Bunch) -> impl IntoView {
    let empty = Memo::new(move |_| bunch.keys.rows().is_empty());
    let whole = move || bunch.keys.rows().iter().map(|key| key.line() + "\n").collect::<String>();
    move || {
        if empty.get() {
            return view! {
                <NothingYet
                    title="No SSH keys yet"
                    sentence="Add the public key of each computer that you connect from."
                >
                    <p>"No key yet? " <code class="whole">"ssh-keygen -t ed25519"</code> " makes one."</p>
                </NothingYet>
            }
            .into_any();
        }
        view! {
            <Rows bunch=bunch />
            <div class="tools below">
                {move || view! { <CopyButton text=whole() label="Copy authorized_keys" words="Copy authorized_keys" /> }}
                <span class="found">
                    {move || bunch.copied.get().unwrap_or_else(|| "Copies all keys in authorized_keys format.".to_owned())}
                </span>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Rows(bunch: Bunch) -> impl IntoView {
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
            bunch.copy(&format!("The public key “{}”", key.name), key.line());
        };
        let copy_fingerprint = move |()| {
            let key = key.get_value();
            bunch.copy(&format!("The fingerprint of “{}”", key.name), key.fingerprint.clone());
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
            rows=Signal::derive(move || bunch.keys.rows())
            key=|key: &SshKey| key.id.to_string()
            actions=Arc::new(menu)
            changed=bunch.changed
        />
    }
}
