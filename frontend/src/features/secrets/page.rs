//! Secrets: their names and times. Values go in and never come out.

use crate::{
    blocks::{
        listed::{Listed, more_of},
        page::Page,
    },
    link,
    state::{
        long_list::{Asked, LongList},
        resource_list::{Resource, row_key},
        ticking, workspace,
    },
    ui::{
        button::{ButtonLink, Look},
        empty::NothingYet,
        icon::Icon,
        menu::{Menu, MenuLink, Opener},
        table::{Column, Sort, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{Action, path, secret::Secret};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::{convert::identity, sync::Arc};

impl Resource for Secret {
    type Key = String;

    fn key(&self) -> String {
        self.name.clone()
    }
}

#[component]
pub fn Secrets() -> impl IntoView {
    let here = workspace::around();
    let secrets = LongList::new(
        move || here.id(),
        Asked::by("name"),
        |team, asked| format!("{}?{asked}", path::team_secrets(team)),
        identity::<Secret>,
    );
    secrets.list.provide();
    let href = Signal::derive(move || link::secret_new(here.namespace()));
    let refused = here.refusal(Action::WriteSecrets);
    let add = move || view! { <ButtonLink label="Add secret" look=Look::Primary icon=Icon::Plus href=href refused=refused /> };
    let count = Signal::derive(move || secrets.list.with(Vec::len).filter(|count| *count > 0 && secrets.is_whole()));
    let empty = || {
        view! {
            <NothingYet
                title="No secrets yet"
                sentence="Keep tokens and passwords here rather than in code: a workload of this workspace reads them by name."
            />
        }
    };
    view! {
        <Page
            title="Secrets"
            place=here.place()
            count=count
            purpose="Environment variables for this workspace's workloads. Values are encrypted and can't be viewed after saving."
            action=add
        >
            <Listed list=secrets.list what="The secrets" empty=empty>
                {table(here, secrets)}
            </Listed>
        </Page>
        <Outlet />
    }
}

fn table(here: workspace::Here, secrets: LongList<Secret>) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Name", |secret: &Arc<Secret>| {
            view! { <code title=secret.name.clone()>{secret.name.clone()}</code> }.into_any()
        })
        .width(Width::Rest(200))
        .sorted(|a, b| a.name.cmp(&b.name))
        .by("name"),
        Column::new("Updated", move |secret: &Arc<Secret>| view! { <Ago at=secret.dt_modified now=now /> }.into_any())
            .class("second")
            .width(Width::Just(160))
            .sorted(|a, b| a.dt_modified.cmp(&b.dt_modified))
            .by("dtModified"),
        Column::new("Added", move |secret: &Arc<Secret>| view! { <Ago at=secret.dt_created now=now /> }.into_any())
            .width(Width::Just(160))
            .leaves(1)
            .sorted(|a, b| a.dt_created.cmp(&b.dt_created))
            .by("dtCreated"),
    ];
    let menu = move |secret: &Arc<Secret>| {
        let name = StoredValue::new(secret.name.clone());
        let items = move || {
            let (namespace, name) = (here.now().namespace, name.get_value());
            let refused = here.why(Action::WriteSecrets);
            view! {
                <MenuLink href=link::secret_value(&namespace, &name) label="Set a new value" refused=refused.clone() />
                <MenuLink href=link::secret_delete(&namespace, &name) label="Delete" danger=true refused=refused />
            }
        };
        view! { <Menu label=format!("Actions for {}", secret.name) opener=Opener::Icon(Icon::More)>{items()}</Menu> }
            .into_any()
    };
    view! {
        <Table
            label="Secrets"
            columns=columns
            rows=Signal::derive(move || secrets.list.rows())
            key=row_key
            sort=RwSignal::new(Sort::default())
            more=more_of(secrets)
            actions=Arc::new(menu)
            changed=secrets.list.changed
        />
    }
}
