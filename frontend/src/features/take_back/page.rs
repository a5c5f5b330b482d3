//! The page of a mail about something that was added: takes the account back.

use super::{api, taken::Taken};
use crate::{
    api::call::Reply,
    blocks::{
        column::{Column, Incomplete},
        mailed::mailed,
    },
    features::passwords::new_one::NewOne,
    link,
};
use guildhall_shared::{auth::PasswordReset, take_back::TakenBack};
use leptos::prelude::*;

/// What the two mails lead to: one page, with the words of each.
#[derive(Clone, Copy)]
pub struct Words {
    pub title: &'static str,
    pub sentence: &'static str,
    pub verb: &'static str,
    pub call: fn(&PasswordReset) -> Reply<TakenBack>,
}

const WORDS: Words = Words {
    title: "Take your account back",
    sentence: "Everything added to your account in the last 7 days is removed: passkeys, authenticator app, recovery codes, SSH keys, API keys and a change of email. What was removed or replaced in that time is restored. You're signed out everywhere and choose a new password.",
    verb: "Take back account",
    call: api::take_back,
};

#[component]
pub fn TakeBack() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token words=WORDS /> }.into_any())
}

#[component]
pub fn OfLink(token: Option<String>, words: Words) -> impl IntoView {
    let Words { title, sentence, verb, call } = words;
    let over = RwSignal::new(false);
    let done = RwSignal::new(None::<TakenBack>);
    let title =
        Signal::derive(move || if done.read().is_some() { "Your account is yours again" } else { title }.to_owned());
    view! {
        <Column title=title>
            {move || match (done.get(), token.clone()) {
                (Some(done), _) => view! { <Taken taken=done /> }.into_any(),
                (None, None) => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| call(&PasswordReset { token: token.clone(), password });
                    view! {
                        <p>{sentence}</p>
                        <NewOne link=link verb=verb over=over send=send on_done=move |taken| done.set(Some(taken)) />
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
