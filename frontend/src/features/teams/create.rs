//! Creating a team: a name, and the namespace that goes into addresses.

use super::api;
use crate::{
    api::Failure,
    blocks::{error_notice::ErrorNotice, page::Page},
    link,
    state::{announce, form::Form, go, session, unsaved},
    ui::{
        button::{Button, ButtonLink, Look},
        field::TextField,
    },
};
use guildhall_shared::{
    name::{DisplayName, NAMESPACE_MAX, Namespace},
    team::TeamCreate,
};
use leptos::prelude::*;

/// A namespace that a name suggests: its letters and digits, with hyphens between the words.
fn suggest(name: &str) -> String {
    // Letters with their marks taken off: "é" is "e".
    let plain: String = js_sys::JsString::from(name).normalize("NFD").into();
    let plain: String = plain.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    let cut: String = joined.chars().take(NAMESPACE_MAX).collect();
    cut.trim_end_matches('-').to_owned()
}

#[component]
pub fn CreateTeam() -> impl IntoView {
    let form = Form::new(&["name", "namespace"]).conflict_at(|_| "namespace").guarded();
    let (name, namespace) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Follows the name until someone types another.
    Effect::new(move |before: Option<String>| {
        let suggestion = suggest(&name.read());
        if before.is_none_or(|before| before == *namespace.read_untracked()) {
            namespace.set(suggestion.clone());
        }
        suggestion
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = TeamCreate { name: name.get_untracked(), namespace: namespace.get_untracked().trim().to_owned() };
        let checks =
            [("name", DisplayName::parse(&body.name).err()), ("namespace", Namespace::parse(&body.namespace).err())];
        if !form.check(checks) {
            return;
        }
        form.send(
            async move {
                let team = api::create(body).await?;
                session::load().await;
                Ok::<_, Failure>(team)
            },
            |team| {
                announce::say(format!("{} is created", team.name));
                go::instead(&link::members(team.namespace));
            },
        );
    };
    view! {
        <Page title="Create a team" place="Your account" purpose="Teams are free, and you can be in as many as you like. You will own this one.">
            <form
                class="form"
                method="post"
                novalidate
                node_ref=form.node
                on:submit=submit
                on:input=move |_| unsaved::set(true)
            >
                <TextField
                    label="Name"
                    name="name"
                    autocomplete="organization"
                    capitals="words"
                    value=name
                    refused=form.refusal("name")
                    autofocus=true
                />
                <TextField
                    label="Namespace"
                    name="namespace"
                    value=namespace
                    refused=form.refusal("namespace")
                    help="Lowercase letters, digits and single hyphens. Used in URLs and the API."
                />
                <ErrorNotice failure=form.failure />
                <div class="button-row">
                    <Button look=Look::Primary submit=true busy=form.busy>"Create team"</Button>
                    <ButtonLink label="Cancel" look=Look::Quiet href=Signal::stored(link::TEAMS.to_owned()) />
                </div>
            </form>
        </Page>
    }
}
