//! The page of the mail to an old address: puts it back, whoever changed it, and locks them out.

use super::{
    reset_password::NewOne,
    take_back::{Over, Taken, title},
};
use crate::{
    api,
    layout::{
        column::{Column, Incomplete},
        mailed::mailed,
    },
    link,
};
use guildhall_shared::{auth::PasswordReset, take_back::TakenBack};
use leptos::prelude::*;

#[component]
pub fn EmailUndo() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    let taken = RwSignal::new(None::<TakenBack>);
    view! {
        <Column title=title(taken, "Undo the change of your email")>
            {move || match (taken.get(), token.clone()) {
                (Some(taken), _) => view! { <Taken taken=taken /> }.into_any(),
                (None, None) => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                (None, Some(token)) => {
                    let link = token.clone();
                    let send = move |password| api::auth::undo_email(PasswordReset { token: token.clone(), password });
                    view! {
                        <p>
                            "The address that this link was mailed to becomes your account's email again. Everything added to your account in the last 7 days is removed, and what was removed or replaced in that time is restored. You're signed out everywhere and choose a new password."
                        </p>
                        <NewOne link=link verb="Undo the change" over=over send=send on_done=move |done| taken.set(Some(done)) />
                        {move || over.get().then(|| view! { <Over /> })}
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}
