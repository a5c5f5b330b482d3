//! Sentences across the page: no connection, a newer version, an unconfirmed email.

use super::trouble::Trouble;
use crate::{
    api, browser,
    state::{again::Again, follow::follow, network::Network, session, version::Version},
    ui::icon::Icon,
};
use leptos::prelude::*;

#[component]
pub fn Banners() -> impl IntoView {
    let reached = Network::around().is_reached;
    let old = Version::around().is_old;
    view! {
        <div aria-live="polite">
            {move || {
                (!reached.get())
                    .then(|| {
                        view! {
                            <div class="bar">
                                {Icon::Warning.view()}
                                <span>
                                    "The server cannot be reached. What you typed stays here; try again when you are connected."
                                </span>
                            </div>
                        }
                    })
            }}
            {move || {
                old.get()
                    .then(|| {
                        view! {
                            <div class="bar">
                                {Icon::Info.view()}
                                <span>
                                    "A newer version of this console is available. "
                                    <button class="text-button" type="button" on:click=move |_| browser::reload()>
                                        "Load it"
                                    </button>
                                </span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// For a signed-in person whose email nobody has confirmed yet.
#[component]
pub fn Unconfirmed() -> impl IntoView {
    let email = follow(|| {
        session::session()
            .filter(|session| session.user.dt_confirmed.is_none())
            .map(|session| session.user.email.clone())
    });
    let again = Again::new();
    let resend = move |_| again.send(api::auth::resend_confirmation());
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
                    <Trouble failure=again.form.failure />
                </div>
            }
        })
    }
}
