//! The page of a mail about something that was added: takes the account back. And what every page that does so shows
//! afterwards: what was removed, what came back, and what to look through.

use super::reset_password::NewOne;
use crate::{
    api,
    layout::{
        column::{Column, Incomplete},
        mailed::mailed,
    },
    link,
    ui::notice::{Notice, Tone},
};
use guildhall_shared::{
    auth::PasswordReset,
    take_back::{TakenBack, TakenItem, TakenKind},
};
use leptos::prelude::*;

#[component]
pub fn TakeBack() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    let taken = RwSignal::new(None::<TakenBack>);
    view! {
        <Column title=title(taken, "Take your account back")>
            {move || match (taken.get(), token.clone()) {
                (Some(taken), _) => view! { <Taken taken=taken /> }.into_any(),
                (None, None) => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| api::auth::take_back(PasswordReset { token: token.clone(), password });
                    view! {
                        <p>
                            "Everything added to your account in the last 7 days is removed: passkeys, authenticator app, recovery codes, SSH keys, API keys and a change of email. What was removed or replaced in that time is restored. You're signed out everywhere and choose a new password."
                        </p>
                        <NewOne link=link verb="Take back account" over=over send=send on_done=move |done| taken.set(Some(done)) />
                        {move || over.get().then(|| view! { <Over /> })}
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}

/// Where a link that undoes something was used or is out of date.
#[component]
pub fn Over() -> impl IntoView {
    view! {
        <p class="aside">
            "These links work once, for 7 days. If your email is still the account's, "
            <a href=link::FORGOT_PASSWORD>"reset your password"</a> " instead: that removes what was added of late too."
        </p>
    }
}

/// The title of a page before its link is used, and after.
pub fn title(taken: RwSignal<Option<TakenBack>>, before: &'static str) -> Signal<String> {
    Signal::derive(move || if taken.read().is_some() { "Your account is yours again" } else { before }.to_owned())
}

/// What was done, and what to look through.
#[component]
pub fn Taken(taken: TakenBack) -> impl IntoView {
    let TakenBack { email, removed, restored } = taken;
    let is_quiet = removed.is_empty() && restored.is_empty();
    let asks = restored.iter().any(|item| item.kind != TakenKind::RecoveryCodes);
    view! {
        <p>
            "You're signed out everywhere. Sign in as " <bdi class="whole">{email}</bdi> " with your new password."
        </p>
        {is_quiet.then(|| view! { <p>"Nothing was added, removed or replaced in the last 7 days."</p> })}
        <List title="Removed" sentence="Added in the last 7 days." items=removed />
        <List title="Restored" sentence="Removed or replaced in the last 7 days." items=restored />
        {asks
            .then(|| {
                view! {
                    <Notice tone=Tone::Warn>
                        "Signing in asks for what was restored. If you no longer have it, use one of the recovery codes that came with it."
                    </Notice>
                }
            })}
        <a class="button primary" href=link::sign_in("")>"Sign in"</a>
        <section class="taken" aria-labelledby="review">
            <h2 id="review">"Review your account"</h2>
            <p>"Remove anything that you don't recognize."</p>
            <ul>
                <li><a href=link::SECURITY>"Passkeys, second factors and security log"</a></li>
                <li><a href=link::SESSIONS>"Sessions"</a></li>
                <li><a href=link::SSH_KEYS>"SSH keys"</a></li>
                <li><a href=link::TEAMS>"API keys of your teams"</a></li>
            </ul>
        </section>
    }
}

#[component]
fn List(title: &'static str, sentence: &'static str, items: Vec<TakenItem>) -> impl IntoView {
    let id = title.to_lowercase();
    (!items.is_empty()).then(|| {
        let rows = items.into_iter().map(|TakenItem { kind, name }| {
            view! { <li>{heading(kind)} {name.map(|name| view! { " " <bdi class="whole">{name}</bdi> })}</li> }
        });
        view! {
            <section class="taken" aria-labelledby=id.clone()>
                <h2 id=id.clone()>{title}</h2>
                <p>{sentence}</p>
                <ul>{rows.collect_view()}</ul>
            </section>
        }
    })
}

const fn heading(kind: TakenKind) -> &'static str {
    match kind {
        TakenKind::Passkey => "Passkey",
        TakenKind::AuthenticatorApp => "Authenticator app",
        TakenKind::RecoveryCodes => "Recovery codes",
        TakenKind::SshKey => "SSH key",
        TakenKind::ApiKey => "API key",
        TakenKind::Email => "Email",
        TakenKind::PendingEmail => "Unconfirmed email",
    }
}
