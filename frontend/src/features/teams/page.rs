//! One's teams, below the invitations that wait for an answer.

use super::api;
use crate::{
    blocks::{loaded::loaded, page::Page},
    features::{invitations::received::Received, members::roles::role_word},
    link,
    state::{
        query::{Load, Query},
        session, ticking,
    },
    ui::{
        avatar::Avatar,
        badge::Badge,
        button::{ButtonLink, Look},
        empty::NothingYet,
        icon::Icon,
        skeleton::RowsSkeleton,
        table::{Column, Sort, Table},
        time::Ago,
        width::Width,
    },
};
use guildhall_shared::{Role, team::TeamSummary, text::lower};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Teams() -> impl IntoView {
    let teams = Query::new(|| (), |(), abort| api::list(abort));
    let create = || {
        view! { <ButtonLink label="Create a team" look=Look::Primary icon=Icon::Plus href=Signal::stored(link::TEAM_NEW.to_owned()) refused=session::unconfirmed() /> }
    };
    view! {
        <Page title="Teams" place="Your account" purpose="Teams you belong to." action=create>
            <Received on_change=move || teams.ask_again() />
            <section aria-labelledby="mine">
                <h2 id="mine" class="unseen">"Your teams"</h2>
                {loaded(
                    teams.load,
                    "Your teams",
                    move || teams.ask_again(),
                    || view! { <RowsSkeleton rows=3 /> }.into_any(),
                    move || view! { <Mine teams=teams /> }.into_any(),
                )}
            </section>
        </Page>
    }
}

#[component]
fn Mine(teams: Query<Vec<TeamSummary>>) -> impl IntoView {
    let rows = Memo::new(move |_| match &*teams.load.read() {
        Load::Ready(teams) => teams.iter().cloned().map(Arc::new).collect::<Vec<_>>(),
        Load::Waiting | Load::Failed(_) => vec![],
    });
    let alone = move || rows.read().iter().all(|team| team.is_private);
    let now = ticking::now();
    let columns = move || {
        vec![
            Column::new("Name", |team: &Arc<TeamSummary>| {
                let href = link::team(&team.namespace);
                view! {
                    <span class="person">
                        <Avatar name=team.name.clone() team=!team.is_private />
                        <span class="words"><a href=href title=team.name.clone()><bdi>{team.name.clone()}</bdi></a></span>
                        {team.is_private.then(|| view! { " " <Badge text="Private" /> })}
                    </span>
                }
                .into_any()
            })
            .width(Width::Rest(200))
            .sorted(|a, b| (!a.is_private, lower(&a.name)).cmp(&(!b.is_private, lower(&b.name)))),
            Column::new("Namespace", |team: &Arc<TeamSummary>| {
                view! { <span title=team.namespace.clone()>{team.namespace.clone()}</span> }.into_any()
            })
            .class("second")
            .width(Width::Rest(200))
                .sorted(|a, b| a.namespace.cmp(&b.namespace)),
            Column::new("Role", |team: &Arc<TeamSummary>| view! { <Badge text=role(team) /> }.into_any())
                .class("third")
                .width(Width::Just(104)),
            Column::new("Created", move |team: &Arc<TeamSummary>| {
                view! { <Ago at=team.dt_created now=now /> }.into_any()
            })
            .width(Width::Just(136))
            .leaves(1)
            .sorted(|a, b| a.dt_created.cmp(&b.dt_created)),
        ]
    };
    view! {
        <Table
            label="Your teams"
            columns=columns()
            rows=rows
            key=|team: &TeamSummary| team.id.to_string()
            sort=RwSignal::new(Sort::default())
        />
        {move || {
            alone()
                .then(|| {
                    view! {
                        <div>
                            <NothingYet
                                title="No teams yet"
                                sentence="Create one to share secrets, API keys and machines with others, or ask an admin of a team to invite you."
                            />
                        </div>
                    }
                })
        }}
    }
}

fn role(team: &TeamSummary) -> &'static str {
    match (team.is_owner, team.is_admin) {
        (true, _) => role_word(Role::Owner),
        (false, true) => role_word(Role::Admin),
        (false, false) => role_word(Role::Member),
    }
}
