//! General: the team's profile, and leaving it.

use super::api;
use crate::{
    api::{Answer, Failure},
    blocks::{error_notice::ErrorNotice, loaded::loaded, page::Page},
    browser, link,
    state::{
        announce,
        form::Form,
        go,
        query::{Load, Query},
        session, ticking, unsaved,
        workspace::{self, Here, Workspace},
    },
    ui::{
        button::{Button, ButtonLink, Look},
        field::{TextArea, TextField},
        skeleton::FormSkeleton,
        time::Ago,
    },
};
use guildhall_shared::{
    Action, Role,
    name::{self, DisplayName, Namespace},
    team::{Team, TeamPatch},
};
use leptos::prelude::*;
use leptos_router::components::Outlet;

const FIELDS: &[&str] = &["name", "namespace", "bio", "location", "website"];

#[component]
pub fn General() -> impl IntoView {
    let here = workspace::around();
    let query = Query::new(move || here.id(), api::get);
    // An owner and an admin edit alike.
    let edits = Memo::new(move |_| here.may(Action::EditTeam));
    view! {
        <Page title="General" place=here.place() purpose="The name and profile of this workspace.">
            {loaded(
                query.load,
                "The profile",
                move || query.ask_again(),
                || view! { <FormSkeleton fields=5 /> }.into_any(),
                move || match query.load.get_untracked() {
                    Load::Ready(answer) if edits.get() => {
                        view! { <Profile answer=answer here=here /> }.into_any()
                    }
                    Load::Ready(answer) => view! { <Facts team=answer.value /> }.into_any(),
                    Load::Waiting | Load::Failed(_) => ().into_any(),
                },
            )} {move || (!here.is_private()).then(|| view! { <Leaving here=here /> })}
        </Page>
        <Outlet />
    }
}

/// Changes the profile, and shows it everywhere before it is said to be saved: the session, too, tells of it.
/// With a new namespace the page has a new address.
async fn save(team: Workspace, patch: TeamPatch, etag: Option<String>) -> Result<Answer<Team>, Failure> {
    let answer = api::update(team.id, patch, etag).await?;
    session::load().await;
    announce::say("The profile is saved");
    if answer.value.namespace != team.namespace {
        unsaved::forget();
        go::instead(&link::team(&answer.value.namespace));
    }
    Ok(answer)
}

#[component]
fn Profile(answer: Answer<Team>, here: Here) -> impl IntoView {
    let Answer { value: team, etag, .. } = answer;
    let etag = StoredValue::new(etag);
    let is_private = team.is_private;
    let form = Form::new(FIELDS).conflict_at(|_| "namespace").guarded();
    let (name, namespace) = (RwSignal::new(team.name), RwSignal::new(team.namespace));
    let (bio, location, website) = (RwSignal::new(team.bio), RwSignal::new(team.location), RwSignal::new(team.website));
    let saved = RwSignal::new(false);
    let shown = move || TeamPatch {
        name: Some(name.get_untracked()),
        namespace: (!is_private).then(|| namespace.get_untracked().trim().to_owned()),
        bio: Some(bio.get_untracked()),
        location: Some(location.get_untracked()),
        website: Some(website.get_untracked()),
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let patch = shown();
        let new_namespace = patch.namespace.as_deref().map(Namespace::parse);
        let checks = [
            ("name", DisplayName::parse(&name.get_untracked()).err()),
            ("namespace", new_namespace.and_then(Result::err)),
            ("bio", name::bio(&bio.get_untracked()).err()),
            ("location", name::location(&location.get_untracked()).err()),
            ("website", name::website(&website.get_untracked()).err()),
        ];
        if !form.check(checks) {
            return;
        }
        let sent = save(here.now(), patch.clone(), etag.get_value());
        form.send(sent, move |Answer { value: team, etag: new, .. }| {
            etag.set_value(new);
            // What was typed meanwhile is not, and stays.
            let stands = shown() == patch;
            if stands {
                name.set(team.name);
                bio.set(team.bio);
                location.set(team.location);
                website.set(team.website);
            }
            saved.set(stands);
            unsaved::set(!stands);
        });
    };
    let typed = move |_| {
        saved.set(false);
        unsaved::set(true);
    };
    view! {
        <section aria-label="Profile">
            <form class="form settings" method="post" novalidate node_ref=form.node on:submit=submit on:input=typed>
                <TextField label="Name" name="name" capitals="words" value=name refused=form.refusal("name") />
                <TextField
                    label="Namespace"
                    name="namespace"
                    value=namespace
                    refused=form.refusal("namespace")
                    readonly=is_private
                    help=if is_private {
                        "Your username. Used in URLs and the API."
                    } else {
                        "Used in URLs and the API. If you change it, links and scripts that use the old one stop working."
                    }
                />
                <TextArea label="Bio" name="bio" value=bio refused=form.refusal("bio") optional=true />
                <TextField
                    label="Location"
                    name="location"
                    capitals="words"
                    value=location
                    refused=form.refusal("location")
                    optional=true
                />
                <TextField
                    label="Website"
                    name="website"
                    kind="url"
                    autocomplete="url"
                    value=website
                    refused=form.refusal("website")
                    optional=true
                />
                <ErrorNotice failure=form.failure />
                <div class="button-row">
                    <Button look=Look::Primary submit=true busy=form.busy>"Save profile"</Button>
                    {move || saved.get().then(|| view! { <span class="reason">"Saved"</span> })}
                </div>
            </form>
        </section>
        <Numbers id=team.id.to_string() created=team.dt_created />
    }
}

/// What a member reads.
#[component]
fn Facts(team: Team) -> impl IntoView {
    let row = |label: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <dt>{label}</dt><dd><bdi>{text}</bdi></dd> })
    };
    let website = team.website.clone();
    view! {
        <section aria-label="Profile">
            <dl class="facts">
                {row("Name", team.name)} {row("Namespace", team.namespace)} {row("Bio", team.bio)}
                {row("Location", team.location)}
                {(!website.is_empty())
                    .then(|| {
                        view! {
                            <dt>"Website"</dt>
                            <dd>
                                {match browser::website(&website) {
                                    Some(href) => {
                                        view! {
                                            <a href=href rel="external noreferrer nofollow" target="_blank">
                                                <bdi>{website.clone()}</bdi>
                                            </a>
                                        }
                                            .into_any()
                                    }
                                    None => view! { <bdi>{website.clone()}</bdi> }.into_any(),
                                }}
                            </dd>
                        }
                    })}
            </dl>
            <p class="purpose">{guildhall_shared::role::refusal(Action::EditTeam)}</p>
        </section>
        <Numbers id=team.id.to_string() created=team.dt_created />
    }
}

#[component]
fn Numbers(id: String, created: guildhall_shared::Timestamp) -> impl IntoView {
    let now = ticking::now();
    view! {
        <section aria-label="Identity">
            <dl class="facts">
                <dt>"Team id"</dt>
                <dd><code>{id}</code></dd>
                <dt>"Created"</dt>
                <dd><Ago at=created now=now /></dd>
            </dl>
        </section>
    }
}

#[component]
fn Leaving(here: Here) -> impl IntoView {
    let refused = Signal::derive(move || {
        let owner = here.role() == Role::Owner;
        owner.then(|| "You own this team, and a team is never without its owner.".to_owned())
    });
    view! {
        <section class="danger" aria-labelledby="leave">
            <h2 id="leave">"Leave this team"</h2>
            <p>"You lose access at once, and the API keys that you made here end."</p>
            <div class="button-row">
                <ButtonLink
                    label="Leave team"
                    href=Signal::derive(move || link::team_leave(here.namespace()))
                    refused=refused
                />
            </div>
        </section>
    }
}
