//! Account settings, Deactivate: what blocks it and what goes, before one is asked.

use super::api;
use crate::{
    blocks::{loaded::loaded, page::Page},
    features::accounts::own::PLACE,
    link,
    state::{
        announce, follow,
        query::{Load, Query},
        session,
    },
    ui::{
        button::{Button, ButtonLink, Look},
        notice::{Notice, Tone},
        skeleton::FormSkeleton,
    },
};
use guildhall_shared::deactivation::{Deactivation, DeactivationTeam};
use leptos::prelude::*;
use leptos_router::components::Outlet;

#[component]
pub fn Deactivate() -> impl IntoView {
    let going = Query::new(|| (), |(), abort| api::get(abort));
    provide_context(going);
    let looking = RwSignal::new(false);
    Effect::new(move |_| {
        going.load.track();
        if looking.get_untracked() {
            looking.set(false);
            announce::say("This is what stands now");
        }
    });
    let refresh = move || {
        looking.set(true);
        going.ask_again();
    };
    view! {
        <Page
            title="Deactivate your account"
            place=PLACE
            purpose="You're signed out and API keys stop immediately. You can restore the account for 14 days; after that it's permanently deleted."
            action=move || {
                view! {
                    <Button busy=looking on_click=move |_| refresh()>
                        "Refresh"
                    </Button>
                }
            }
        >
            {loaded(
                going.load,
                "What ends and what is erased",
                refresh,
                || view! { <FormSkeleton fields=4 /> }.into_any(),
                move || view! { <Shown going=going /> }.into_any(),
            )}
        </Page>
        <Outlet />
    }
}

#[component]
fn Shown(going: Query<Deactivation>) -> impl IntoView {
    let shown = move || match going.load.get() {
        Load::Ready(shown) => Some(shown),
        Load::Waiting | Load::Failed(_) => None,
    };
    let refused = follow::follow(move || {
        let is_blocked = shown().is_some_and(|shown| !shown.blockers.is_empty());
        is_blocked.then(|| "Other people are in teams that you own. Remove them first, then refresh.".to_owned())
    });
    view! {
        {move || shown().map(|shown| view! { <Blockers teams=shown.blockers.clone() /> <Goes shown=shown /> })}
        <section class="danger" aria-labelledby="deactivate">
            <h2 id="deactivate">"Deactivate"</h2>
            <p>
                "You are signed out everywhere, and we mail you a link to come back. After 14 days your name, your addresses and all of this are gone, from other teams' logs and invitations too. Your username stays taken, so that nobody can pose as you."
            </p>
            <div class="button-row">
                <ButtonLink
                    label="Deactivate account"
                    look=Look::Danger
                    href=Signal::stored(link::DEACTIVATE_CONFIRM.to_owned())
                    refused=refused
                />
            </div>
        </section>
    }
}

/// Each team in the way, with the page where its people are removed.
#[component]
fn Blockers(teams: Vec<DeactivationTeam>) -> impl IntoView {
    (!teams.is_empty()).then(|| {
        let teams: Vec<_> = teams
            .into_iter()
            .map(|team| {
                let others = team.members.saturating_sub(1);
                let others = if others == 1 { "1 other person".to_owned() } else { format!("{others} other people") };
                view! {
                    <li>
                        <a href=link::members(&team.namespace)>
                            <bdi>{team.name}</bdi>
                        </a>
                        " "
                        <span class="muted">{others}</span>
                    </li>
                }
            })
            .collect();
        view! {
            <section aria-labelledby="blockers">
                <h2 id="blockers">"Before you can deactivate"</h2>
                <Notice tone=Tone::Warn>
                    <p>"You own teams with other people in them. Remove them there first."</p>
                    <ul>{teams}</ul>
                </Notice>
            </section>
        }
    })
}

#[component]
fn Goes(shown: Deactivation) -> impl IntoView {
    let Deactivation { blockers: _, teams, memberships, api_keys, ssh_keys, secrets, sessions } = shown;
    let sessions = match sessions {
        1 => "This one".to_owned(),
        all => format!("{all}, this one among them"),
    };
    view! {
        <section aria-labelledby="at-once">
            <h2 id="at-once">"Ends at once"</h2>
            <dl class="facts">
                <dt>"Sessions"</dt>
                <dd>{sessions}</dd>
                <dt>"API keys"</dt>
                <dd>{number(api_keys)}</dd>
            </dl>
        </section>
        <section aria-labelledby="later">
            <h2 id="later">"Deleted after 14 days"</h2>
            <dl class="facts">
                <dt>"Your teams"</dt>
                <dd>{names(teams)}</dd>
                <dt>"Secrets in them"</dt>
                <dd>{number(secrets)}</dd>
                <dt>"SSH keys"</dt>
                <dd>{number(ssh_keys)}</dd>
            </dl>
        </section>
        {(!memberships.is_empty())
            .then(|| {
                view! {
                    <section aria-labelledby="others">
                        <h2 id="others">"Stays without you"</h2>
                        <dl class="facts">
                            <dt>"Teams of others"</dt>
                            <dd>{names(memberships)}</dd>
                        </dl>
                    </section>
                }
            })}
    }
}

fn number(count: usize) -> String {
    if count == 0 { "None".to_owned() } else { crate::blocks::page::number(count) }
}

/// One a line.
fn names(teams: Vec<DeactivationTeam>) -> AnyView {
    if teams.is_empty() {
        return "None".into_any();
    }
    let username = session::session_now().map(|session| session.user.username.clone());
    let names: Vec<_> = teams
        .into_iter()
        .map(|team| {
            let private = (team.is_private && username.as_deref() == Some(team.namespace.as_str()))
                .then(|| view! { <span class="muted">" (your private workspace)"</span> });
            view! {
                <div>
                    <bdi>{team.name}</bdi>
                    {private}
                </div>
            }
        })
        .collect();
    names.into_any()
}
