//! The page of a mail about something that was added: takes the account back. And what every page that does so shows
//! afterwards: what was removed, what came back, and what to look through.

use super::reset_password::NewOne;
use crate::{
    api::{self, call::Reply},
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

/// What the two mails lead to: one page, with the words of each.
#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    sentence: &'static str,
    verb: &'static str,
    call: fn(&PasswordReset) -> Reply<TakenBack>,
}

const TAKE_BACK: Words = Words {
    title: "Take your account back",
    sentence: "Everything added to your account in the last 7 days is removed: passkeys, authenticator app, recovery codes, SSH keys, API keys and a change of email. What was removed or replaced in that time is restored. You're signed out everywhere and choose a new password.",
    verb: "Take back account",
    call: api::auth::take_back,
};

const EMAIL_UNDO: Words = Words {
    title: "Undo the change of your email",
    sentence: "The address that this link was mailed to becomes your account's email again. Everything added to your account in the last 7 days is removed, and what was removed or replaced in that time is restored. You're signed out everywhere and choose a new password.",
    verb: "Undo the change",
    call: api::auth::undo_email,
};

#[component]
pub fn TakeBack() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token words=TAKE_BACK /> }.into_any())
}

/// The page of the mail to an old address: puts it back, whoever changed it, and locks them out.
#[component]
pub fn EmailUndo() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token words=EMAIL_UNDO /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>, words: Words) -> impl IntoView {
    let Words { title, sentence, verb, call } = words;
    let over = RwSignal::new(false);
    let taken = RwSignal::new(None::<TakenBack>);
    let title =
        Signal::derive(move || if taken.read().is_some() { "Your account is yours again" } else { title }.to_owned());
    view! {
        <Column title=title>
            {move || match (taken.get(), token.clone()) {
                (Some(taken), _) => view! { <Taken taken=taken /> }.into_any(),
                (None, None) => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| call(&PasswordReset { token: token.clone(), password });
                    view! {
                        <p>{sentence}</p>
                        <NewOne link=link verb=verb over=over send=send on_done=move |done| taken.set(Some(done)) />
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
fn Over() -> impl IntoView {
    view! {
        <p class="aside">
            "These links work once, for 7 days. If your email is still the account's, "
            <a href=link::FORGOT_PASSWORD>"reset your password"</a> " instead: that removes what was added of late too."
        </p>
    }
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
            view! { <li>{heading(kind)} {name.map(|name| view! { " " <bdi class="whole muted">{name}</bdi> })}</li> }
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
