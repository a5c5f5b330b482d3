//! One's teams, and the invitations that wait for an answer.

use crate::{
    api,
    layout::{invited, loaded::loaded, page::Page, trouble::Trouble},
    link,
    state::{
        announce,
        form::Form,
        go,
        pending::Pending as Waiting,
        query::{Load, Query},
        session, ticking,
        workspace::{self, Workspace},
    },
    ui::{
        avatar::Avatar,
        badge::Badge,
        button::{Button, ButtonLink, Look},
        empty::NothingYet,
        icon::Icon,
        skeleton::RowsSkeleton,
        table::{Column, Sort, Table, Width},
        time::Ago,
    },
};
use guildhall_shared::{
    Role,
    invitation::{AccountInvitation, InvitationAccept},
    team::TeamSummary,
    text::lower,
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Teams() -> impl IntoView {
    let teams = Query::new(|| (), |(), abort| api::team::list(abort));
    let create = || {
        view! { <ButtonLink label="Create a team" look=Look::Primary icon=Icon::Plus href=Signal::stored(link::TEAM_NEW.to_owned()) refused=session::unconfirmed() /> }
    };
    view! {
        <Page title="Teams" place="Your account" purpose="Teams you belong to." action=create>
            <Pending teams=teams />
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
    use crate::pages::team::members::role_word;
    match (team.is_owner, team.is_admin) {
        (true, _) => role_word(Role::Owner),
        (false, true) => role_word(Role::Admin),
        (false, false) => role_word(Role::Member),
    }
}

#[component]
fn Pending(teams: Query<Vec<TeamSummary>>) -> impl IntoView {
    let query = Query::new(|| (), |(), abort| api::invitation::mine(abort));
    let pending = Memo::new(move |_| match &*query.load.read() {
        Load::Ready(pending) => pending.clone(),
        Load::Waiting | Load::Failed(_) => vec![],
    });
    let any = Memo::new(move |_| !pending.read().is_empty());
    let waiting = Waiting::around();
    let done = move || {
        query.ask_again();
        teams.ask_again();
        waiting.ask_again();
    };
    loaded(
        query.load,
        "Your invitations",
        move || query.ask_again(),
        || ().into_any(),
        move || {
            (move || {
                any.get().then(|| {
                    view! {
                        <section aria-labelledby="pending">
                            <h2 id="pending">"Invitations for you"</h2>
                            <ul class="rows">
                                <For
                                    each=move || pending.get()
                                    key=|invitation| invitation.id
                                    children=move |invitation| view! { <Invited invitation=invitation done=done /> }
                                />
                            </ul>
                        </section>
                    }
                })
            })
            .into_any()
        },
    )
}

#[component]
fn Invited(invitation: AccountInvitation, done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let AccountInvitation { id, is_admin, dt_expires, team, invited_by, .. } = invitation;
    let now = ticking::now();
    let form = Form::new(&[]);
    let (name, shown) = (team.name.clone(), team.name.clone());
    let accept = move |_| {
        let (name, team) = (name.clone(), team.id.to_string());
        form.send(api::invitation::accept(InvitationAccept { id: Some(id), token: None }), move |_| {
            announce::say(format!("You are now in {name}"));
            leptos::task::spawn_local(async move {
                session::load().await;
                done();
                let joined: Option<Workspace> = untrack(workspace::all).into_iter().find(|one| one.id == team);
                if let Some(joined) = joined {
                    go::to(&link::team(joined.namespace));
                }
            });
        });
    };
    let declining = Form::new(&[]);
    let decline = move |_| {
        let body = InvitationAccept { id: Some(id), token: None };
        declining.send(api::invitation::decline(body), move |()| {
            announce::say("Invitation declined");
            done();
        });
    };
    let role = if is_admin { "an admin" } else { "a member" };
    let sentence = invited::sentence(&invited_by, &shown, Some(role));
    view! {
        <li>
            <div class="what">
                <div>{sentence}</div>
                <div class="muted small">"Expires " <Ago at=dt_expires now=now /></div>
                <Trouble failure=form.failure />
                <Trouble failure=declining.failure />
            </div>
            <div class="button-row">
                <Button busy=declining.busy refused=session::unconfirmed() on_click=decline>"Decline"</Button>
                <Button look=Look::Primary busy=form.busy refused=session::unconfirmed() on_click=accept>"Accept"</Button>
            </div>
        </li>
    }
}
