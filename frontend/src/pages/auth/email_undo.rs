//! The page of the mail to an old address: puts it back, whoever changed it, and locks them out.

use super::reset_password::NewOne;
use crate::{
    api,
    layout::{
        column::{Column, Incomplete},
        mailed::mailed,
    },
    link,
};
use guildhall_shared::auth::PasswordReset;
use leptos::prelude::*;

#[component]
pub fn EmailUndo() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    view! {
        <Column title="Undo the change of your email">
            {match token {
                None => view! { <Incomplete href=link::sign_in("") label="Go to sign in" /> }.into_any(),
                Some(token) => {
                    let link = token.clone();
                    let send = move |password| api::auth::undo_email(PasswordReset { token: token.clone(), password });
                    view! {
                        <p>
                            "The address that this link was mailed to becomes the email of your account again. All sessions end, and you sign in with the new password that you choose here."
                        </p>
                        <NewOne link=link verb="Undo the change" after="undo" over=over send=send />
                    }
                        .into_any()
                }
            }}
            {move || {
                over.get()
                    .then(|| {
                        view! {
                            <p class="aside">
                                "A change can be undone for 7 days. If your address stands with the account again, "
                                <a href=link::FORGOT_PASSWORD>"reset your password"</a> "."
                            </p>
                        }
                    })
            }}
        </Column>
    }
}
