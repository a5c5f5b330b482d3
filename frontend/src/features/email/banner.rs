//! The line across every page of a person whose email is not confirmed.

use super::api;
use crate::{
    blocks::error_notice::ErrorNotice,
    state::{again::Again, follow::follow, session},
    ui::icon::Icon,
};
use leptos::prelude::*;

/// For a signed-in person whose email nobody has confirmed yet.
#[component]
pub fn Unconfirmed() -> impl IntoView {
    let email = follow(|| {
        session::session()
            .filter(|session| session.user.dt_confirmed.is_none())
            .map(|session| session.user.email.clone())
    });
    let again = Again::new();
    let resend = move |_| again.send(api::resend_confirmation());
    move || {
        email.get().map(|email| {
            view! {
                <div class="bar" role="region" aria-label="Your email is not confirmed">
                    {Icon::Mail.view()}
                    <span>
                        "Confirm your email. We sent a link to " <strong>{email}</strong>
                        ". Until then you can't create teams or API keys or accept invitations. Unconfirmed accounts are deleted after 7 days. "
                        {move || {
                            if let Some(sent) = again.sent.get() {
                                view! { <strong>{sent}</strong> }.into_any()
                            } else {
                                view! {
                                    <button class="text-button" type="button" on:click=resend>
                                        "Resend email"
                                    </button>
                                }
                                    .into_any()
                            }
                        }}
                    </span>
                    <ErrorNotice failure=again.form.failure />
                </div>
            }
        })
    }
}
