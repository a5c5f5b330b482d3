//! API keys: one's own, and for admins everybody's in this team.

use crate::{
    blocks::{
        listed::{Listed, more_of},
        page::Page,
    },
    link,
    state::{
        long_list::{Asked, LongList},
        resource_list::{Resource, row_key},
        session, ticking,
        workspace::{self, Here},
    },
    ui::{
        badge::Badge,
        button::{ButtonLink, Look},
        empty::NothingYet,
        icon::Icon,
        menu::{Menu, MenuLink, Opener},
        notice::Notice,
        table::{Column, Sort, Table},
        tabs::{Tab, Tabs},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{Action, ApiKeyId, api_key::ApiKey, path, role::Scope, text::lower};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_query_map};
use std::{convert::identity, sync::Arc};

impl Resource for ApiKey {
    type Key = ApiKeyId;

    fn key(&self) -> ApiKeyId {
        self.id
    }
}

/// Whether the page shows everybody's keys, by its URL and by that of a form over it.
pub fn of_team() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get("of").as_deref() == Some("team"))
}

/// The page under a form, as it was.
pub fn page(here: Here, of_team: Memo<bool>) -> String {
    let namespace = here.now().namespace;
    if of_team.get_untracked() { link::team_api_keys(namespace) } else { link::api_keys(namespace) }
}

#[component]
pub fn ApiKeys() -> impl IntoView {
    let here = workspace::around();
    let all = of_team();
    let refused = here.refusal(Action::ReadAllApiKeys);
    let keys = LongList::new(
        move || (here.id(), all.get() && refused.read().is_none()),
        Asked::default(),
        |(team, all), asked| format!("{}?{asked}{}", path::team_api_keys(team), if *all { "&all=true" } else { "" }),
        identity::<ApiKey>,
    );
    keys.list.provide();
    let href = Signal::derive(move || link::api_key_new(here.namespace()));
    let make = move || view! { <ButtonLink label="Create API key" look=Look::Primary icon=Icon::Plus href=href refused=session::unconfirmed() /> };
    let tabs = move || {
        let namespace = here.namespace();
        let tabs = vec![
            Tab { label: "My keys", href: link::api_keys(&namespace), current: !all.get() },
            Tab { label: "Team keys", href: link::team_api_keys(&namespace), current: all.get() },
        ];
        (!here.is_private()).then(|| view! { <Tabs label="Whose keys" tabs=tabs /> })
    };
    view! {
        <Page
            title="API keys"
            place=here.place()
            purpose="Keys let programs use the API as you, in this workspace only. They never have more access than you do."
            wide=true
            action=make
        >
            {tabs}
            {move || match refused.get().filter(|_| all.get()) {
                Some(reason) => view! { <Notice>{reason}</Notice> }.into_any(),
                None => view! { <Keys keys=keys all=all here=here /> }.into_any(),
            }}
        </Page>
        <Outlet />
    }
}

#[component]
fn Keys(keys: LongList<ApiKey>, all: Memo<bool>, here: Here) -> impl IntoView {
    let empty = move || {
        let sentence = if all.get() {
            "Nobody in this team has created a key."
        } else {
            "Create one key per program so you can revoke them separately."
        };
        view! { <NothingYet title="No API keys yet" sentence=sentence /> }
    };
    view! {
        <Listed list=keys.list what="The API keys" empty=empty>
            {move || table(keys, here, all.get())}
        </Listed>
    }
}

fn table(keys: LongList<ApiKey>, here: Here, all: bool) -> impl IntoView {
    let now = ticking::now();
    let me = session::session_now().map(|session| session.user.id);
    let mut columns = vec![
        Column::new("Name", |key: &Arc<ApiKey>| {
            view! { <bdi title=key.name.clone()>{key.name.clone()}</bdi> }.into_any()
        })
        .width(Width::Rest(140))
        .sorted(|a, b| lower(&a.name).cmp(&lower(&b.name)))
        .by("name"),
        Column::new("Key", |key: &Arc<ApiKey>| {
            view! { <code title=key.prefix.clone()>{format!("{}…", key.prefix)}</code> }.into_any()
        })
        .class("second")
        .width(Width::Just(160)),
    ];
    if all {
        let made_by = Column::new("Created by", |key: &Arc<ApiKey>| {
            let name = key.made_by_name.clone().unwrap_or_else(|| key.made_by.to_string());
            let title = name.clone();
            view! { <bdi title=title>{name}</bdi> }.into_any()
        });
        columns.push(made_by.width(Width::Rest(140)).leaves(2));
    }
    columns.extend([
        Column::new("Access", |key: &Arc<ApiKey>| {
            let words = if key.scopes.contains(&Scope::Write) { "Read and write" } else { "Read" };
            view! { <Badge text=words /> }.into_any()
        })
        .width(Width::Just(136))
        .leaves(3),
        Column::new("Created", move |key: &Arc<ApiKey>| view! { <Ago at=key.dt_created now=now /> }.into_any())
            .width(Width::Just(120))
            .leaves(5)
            .sorted(|a, b| a.dt_created.cmp(&b.dt_created))
            .by("dtCreated"),
        Column::new("Expires", move |key: &Arc<ApiKey>| match key.dt_expires {
            Some(at) => view! { <Ago at=at now=now /> }.into_any(),
            None => view! { <span class="muted">"never"</span> }.into_any(),
        })
        .width(Width::Just(120))
        .leaves(4),
        Column::new("Last used", move |key: &Arc<ApiKey>| match key.dt_last_used {
            Some(at) => view! { <Ago at=at now=now /> }.into_any(),
            None => view! { <span class="muted">"Never used"</span> }.into_any(),
        })
        .class("third")
        .width(Width::Just(120))
        .leaves(1),
    ]);
    let menu = move |key: &Arc<ApiKey>| {
        let (id, own) = (key.id, me == Some(key.made_by));
        let items = move || {
            let refused = if own { None } else { here.why(Action::RevokeAnyApiKey) };
            view! {
                <MenuLink
                    href=link::api_key_revoke(here.now().namespace, id, all)
                    label="Revoke"
                    danger=true
                    refused=refused
                />
            }
        };
        view! { <Menu label=format!("Actions for {}", key.name) opener=Opener::Icon(Icon::More)>{items()}</Menu> }
            .into_any()
    };
    view! {
        <Table
            label="API keys"
            columns=columns
            rows=Signal::derive(move || keys.list.rows())
            key=row_key
            sort=RwSignal::new(Sort { column: usize::MAX, down: false })
            more=more_of(keys)
            actions=Arc::new(menu)
            changed=keys.list.changed
        />
    }
}
