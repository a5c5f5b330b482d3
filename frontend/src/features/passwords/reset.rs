//! The page of the mail that resets a password: a new one, typed once. All sessions end with it.

use super::{api, new_one::NewOne};
use crate::{
    blocks::{
        column::{Column, Incomplete},
        mailed::mailed,
    },
    features::take_back::taken::Taken,
    link,
    state::go,
};
use guildhall_shared::{auth::PasswordReset, take_back::TakenBack};
use leptos::prelude::*;

#[component]
pub fn ResetPassword() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    let taken = RwSignal::new(None::<TakenBack>);
    let title = Signal::derive(move || {
        if taken.read().is_some() { "Your password is changed" } else { "Choose a new password" }.to_owned()
    });
    let done = move |done: TakenBack| {
        if done.removed.is_empty() && done.restored.is_empty() {
            go::instead(&link::sign_in_after("reset"));
        } else {
            taken.set(Some(done));
        }
    };
    view! {
        <Column title=title>
            {move || match (taken.get(), token.clone()) {
                (Some(taken), _) => view! { <Taken taken=taken /> }.into_any(),
                (None, None) => {
                    view! { <Incomplete href=link::FORGOT_PASSWORD label="Ask for a new link" /> }.into_any()
                }
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| api::reset(PasswordReset { token: token.clone(), password });
                    view! {
                        <p class="purpose">
                            "You'll be signed out everywhere. Passkeys, second factors, SSH keys and API keys from the last 7 days are removed, and those you removed in that time come back."
                        </p>
                        <NewOne link=link verb="Set password" over=over send=send on_done=done />
                        {move || {
                            over.get().then(|| view! { <a class="button" href=link::FORGOT_PASSWORD>"Ask for a new link"</a> })
                        }}
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}
