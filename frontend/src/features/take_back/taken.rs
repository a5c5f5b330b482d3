//! What every page that takes an account back shows afterwards: what was removed, what came back, and what to look
//! through.

use crate::{
    link,
    ui::notice::{Notice, Tone},
};
use guildhall_shared::take_back::{TakenBack, TakenItem, TakenKind};
use leptos::prelude::*;

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
