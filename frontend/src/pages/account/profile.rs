//! Account settings, Profile: who one is here, and the theme.

use crate::{
    api,
    layout::{loaded::loaded, page::Page, trouble::Trouble},
    state::{
        announce,
        form::Form,
        query::{Load, Query},
        session, theme, ticking, unsaved,
    },
    ui::{
        badge::Badge,
        button::{Button, Look},
        choice::{Choice, Pick},
        field::TextField,
        skeleton::FormSkeleton,
        time::Ago,
    },
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    name::DisplayName,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn AccountProfile() -> impl IntoView {
    let query = Query::new(|| (), |(), abort| api::account::get(abort));
    view! {
        <Page title="Profile" place="Your account" purpose="How you appear to the people in your teams.">
            {loaded(
                query.load,
                "Your account",
                move || query.ask_again(),
                || view! { <FormSkeleton fields=5 /> }.into_any(),
                move || match query.load.get_untracked() {
                    Load::Ready(account) => view! { <Profile account=account /> }.into_any(),
                    Load::Waiting | Load::Failed(_) => ().into_any(),
                },
            )}
        </Page>
    }
}

#[component]
fn Profile(account: Account) -> impl IntoView {
    let Account { id, email, username, first_name, last_name, dt_created, dt_confirmed, .. } = account;
    let now = RwSignal::from(ticking::now());
    view! {
        <section aria-label="Account">
            <dl class="facts">
                <dt>"Email"</dt>
                <dd>
                    {email} " "
                    {dt_confirmed.is_none().then(|| view! { <Badge text="Not confirmed" warn=true /> })}
                </dd>
                <dt>"Username"</dt>
                <dd>{username}</dd>
                <dt>"Account id"</dt>
                <dd><code>{id.to_string()}</code></dd>
                <dt>"Created"</dt>
                <dd><Ago at=dt_created now=now /></dd>
            </dl>
        </section>
        <section aria-labelledby="names">
            <h2 id="names">"Name"</h2>
            <Names first_name=first_name last_name=last_name />
        </section>
        <section aria-labelledby="appearance">
            <h2 id="appearance">"Appearance"</h2>
            <Theme />
        </section>
    }
}

#[component]
fn Names(first_name: String, last_name: String) -> impl IntoView {
    let form = Form::new(&["firstName", "lastName"]).guarded();
    let (first, last) = (RwSignal::new(first_name), RwSignal::new(last_name));
    let saved = RwSignal::new(false);
    let refuse = |text: String| if text.trim().is_empty() { None } else { DisplayName::parse(&text).err() };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (one, two) = (first.get_untracked(), last.get_untracked());
        if !form.check([("firstName", refuse(one.clone())), ("lastName", refuse(two.clone()))]) {
            return;
        }
        let patch = AccountPatch { first_name: Some(one), last_name: Some(two), ..AccountPatch::default() };
        form.send(api::account::update(patch), move |account| {
            first.set(account.first_name);
            last.set(account.last_name);
            saved.set(true);
            announce::say("Your name is saved");
            spawn_local(session::load());
        });
    };
    let typed = move |_| {
        saved.set(false);
        unsaved::set(true);
    };
    view! {
        <form class="form settings" novalidate node_ref=form.node on:submit=submit on:input=typed>
            <TextField
                label="First name"
                name="firstName"
                autocomplete="given-name"
                capitals="words"
                value=first
                refused=form.refusal("firstName")
                optional=true
            />
            <TextField
                label="Last name"
                name="lastName"
                autocomplete="family-name"
                capitals="words"
                value=last
                refused=form.refusal("lastName")
                optional=true
            />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button look=Look::Primary submit=true busy=form.busy>"Save name"</Button>
                {move || saved.get().then(|| view! { <span class="reason">"Saved"</span> })}
            </div>
        </form>
    }
}

#[component]
fn Theme() -> impl IntoView {
    let form = Form::new(&["theme"]);
    let chosen = RwSignal::new(theme::now());
    // The menu at the top changes it too.
    Effect::new(move |_| {
        if let Some(session) = session::session() {
            chosen.set(session.user.theme.clone());
        }
    });
    let pick = |value, label| Pick { value, label, sentence: "" };
    let change = move |chosen: String| {
        theme::set(&chosen);
        let patch = AccountPatch { theme: Some(chosen), ..AccountPatch::default() };
        form.send(api::account::update(patch), |_| {
            announce::say("Theme saved");
            spawn_local(session::load());
        });
    };
    view! {
        <form class="form settings" node_ref=form.node>
            <Choice
                label="Theme"
                name="theme"
                value=chosen
                inline=true
                picks=vec![pick("light", "Light"), pick("dark", "Dark"), pick("system", "As the system")]
                on_change=change
            />
            <Trouble failure=form.failure />
        </form>
    }
}
