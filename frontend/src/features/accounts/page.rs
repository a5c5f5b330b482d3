//! Account settings, Profile: who one is here, and how the console is for one.

use super::{
    own::{Own, PLACE},
    preferences::Preferences,
    username::Username,
};
use crate::{
    blocks::{error_notice::ErrorNotice, loaded::loaded, page::Page},
    features::email::change::Email,
    link,
    state::{announce, follow::follow, form::Form, query::Load, session, ticking, unsaved},
    ui::{
        button::{Button, ButtonLink, Look},
        field::TextField,
        skeleton::FormSkeleton,
        time::Ago,
    },
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    name::DisplayName,
};
use leptos::prelude::*;

#[component]
pub fn AccountProfile() -> impl IntoView {
    let own = Own::new();
    // The menu at the top changes the theme, and with it the state that the next change starts from.
    let theme = follow(|| session::session().map(|session| session.user.theme.clone()));
    Effect::new(move |_| {
        let now = theme.get();
        let known = untrack(|| own.get(|account| account.theme.clone()));
        if now.is_some() && known.is_some() && known != now {
            own.0.ask_again();
        }
    });
    view! {
        <Page title="Profile" place=PLACE purpose="Your name, email and console preferences.">
            {loaded(
                own.0.load,
                PLACE,
                move || own.0.ask_again(),
                || view! { <FormSkeleton fields=7 /> }.into_any(),
                move || match own.0.load.get_untracked() {
                    Load::Ready(answer) => view! { <Profile own=own account=answer.value /> }.into_any(),
                    Load::Waiting | Load::Failed(_) => ().into_any(),
                },
            )}
        </Page>
    }
}

#[component]
fn Profile(own: Own, account: Account) -> impl IntoView {
    let now = ticking::now();
    let (id, created) = (account.id, account.dt_created);
    view! {
        <section aria-labelledby="names">
            <h2 id="names">"Name"</h2>
            <Names own=own first_name=account.first_name.clone() last_name=account.last_name.clone() />
        </section>
        <section aria-labelledby="email">
            <h2 id="email">"Email"</h2>
            <Email own=own />
        </section>
        <section aria-labelledby="username">
            <h2 id="username">"Username"</h2>
            <Username own=own username=account.username.clone() />
        </section>
        <section aria-labelledby="preferences">
            <h2 id="preferences">"Preferences"</h2>
            <Preferences own=own account=account />
        </section>
        <section aria-label="Identity">
            <dl class="facts">
                <dt>"Account id"</dt>
                <dd><code>{id.to_string()}</code></dd>
                <dt>"Created"</dt>
                <dd><Ago at=created now=now /></dd>
            </dl>
        </section>
        <section class="danger" aria-labelledby="leave">
            <h2 id="leave">"Deactivate your account"</h2>
            <p>"You're signed out and API keys stop immediately. You can restore the account for 14 days; after that it's permanently deleted."</p>
            <div class="button-row">
                <ButtonLink label="Review and deactivate" href=Signal::stored(link::DEACTIVATE.to_owned()) />
            </div>
        </section>
    }
}

#[component]
fn Names(own: Own, first_name: String, last_name: String) -> impl IntoView {
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
        form.send(own.save(patch), move |account| {
            first.set(account.first_name);
            last.set(account.last_name);
            saved.set(true);
            announce::say("Your name is saved");
        });
    };
    let typed = move |_| {
        saved.set(false);
        unsaved::set(true);
    };
    view! {
        <form class="form settings" method="post" novalidate node_ref=form.node on:submit=submit on:input=typed>
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
            <ErrorNotice failure=form.failure />
            <div class="button-row">
                <Button look=Look::Primary submit=true busy=form.busy>"Save name"</Button>
                {move || saved.get().then(|| view! { <span class="reason">"Saved"</span> })}
            </div>
        </form>
    }
}
