//! Secrets: their names and times. Values go in and never come out.

use crate::{
    api,
    layout::{loaded::loaded, page::Page, trouble::Trouble},
    link,
    state::{
        query::{Load, Pages},
        ticking, workspace,
    },
    ui::{
        button::{ButtonLink, Look},
        empty::NothingYet,
        icon::Icon,
        menu::{Menu, MenuLink, Opener},
        skeleton::RowsSkeleton,
        table::{Column, Sort, Table, Width},
        time::Ago,
    },
};
use guildhall_shared::{Action, secret::Secret};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use std::sync::Arc;

/// The secrets of this page, shared with its forms.
#[derive(Clone, Copy)]
pub struct Vault {
    pub secrets: Pages<Secret>,
    /// The row that has just changed.
    pub changed: RwSignal<Option<String>>,
}

impl Vault {
    /// Puts a secret in, in place of one of its name.
    pub fn put(self, secret: Secret) {
        self.changed.set(Some(secret.name.clone()));
        self.secrets.change(|rows| {
            rows.retain(|row| row.name != secret.name);
            rows.insert(0, secret.into());
        });
    }

    pub fn remove(self, name: &str) {
        self.changed.set(None);
        self.secrets.change(|rows| rows.retain(|row| row.name != name));
    }
}

#[component]
pub fn Secrets() -> impl IntoView {
    let here = workspace::around();
    let secrets = Pages::new(
        move || here.id(),
        true,
        |team, next, abort| async move {
            match next {
                Some(next) => api::secret::page(&next, &abort).await,
                None => api::secret::list(&team, &abort).await,
            }
        },
    );
    let vault = Vault { secrets, changed: RwSignal::new(None) };
    provide_context(vault);
    let href = Signal::derive(move || link::secret_new(here.namespace()));
    let refused = here.refusal(Action::WriteSecrets);
    let add = move || view! { <ButtonLink label="Add secret" look=Look::Primary icon=Icon::Plus href=href refused=refused /> };
    let count = Signal::derive(move || match &*secrets.load.read() {
        Load::Ready(rows) if !rows.is_empty() => Some(rows.len()),
        Load::Ready(_) | Load::Waiting | Load::Failed(_) => None,
    });
    let empty = Memo::new(move |_| secrets.rows().is_empty());
    view! {
        <Page
            title="Secrets"
            place=here.place()
            count=count
            purpose="Environment variables for this workspace's workloads. Values are encrypted and can't be viewed after saving."
            action=add
        >
            {loaded(
                secrets.load,
                "The secrets",
                move || secrets.ask_again(),
                || view! { <RowsSkeleton /> }.into_any(),
                move || {
                    (move || {
                        if empty.get() {
                            view! {
                                <NothingYet
                                    title="No secrets yet"
                                    sentence="Keep tokens and passwords here rather than in code: a workload of this workspace reads them by name."
                                />
                            }
                                .into_any()
                        } else {
                            table(here, vault).into_any()
                        }
                    })
                        .into_any()
                },
            )} <Trouble failure=secrets.trouble />
        </Page>
        <Outlet />
    }
}

fn table(here: workspace::Here, vault: Vault) -> impl IntoView {
    let now = ticking::now();
    let columns = vec![
        Column::new("Name", |secret: &Arc<Secret>| {
            view! { <code title=secret.name.clone()>{secret.name.clone()}</code> }.into_any()
        })
        .width(Width::Rest(200))
        .sorted(|a, b| a.name.cmp(&b.name)),
        Column::new("Updated", move |secret: &Arc<Secret>| view! { <Ago at=secret.dt_modified now=now /> }.into_any())
            .class("second")
            .width(Width::Just(160))
            .sorted(|a, b| a.dt_modified.cmp(&b.dt_modified)),
        Column::new("Added", move |secret: &Arc<Secret>| view! { <Ago at=secret.dt_created now=now /> }.into_any())
            .width(Width::Just(160))
            .leaves(1)
            .sorted(|a, b| a.dt_created.cmp(&b.dt_created)),
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
            rows=Signal::derive(move || vault.secrets.rows())
            key=|secret: &Secret| secret.name.clone()
            sort=RwSignal::new(Sort::default())
            actions=Arc::new(menu)
            changed=vault.changed
        />
    }
}
