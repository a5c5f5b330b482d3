//! Signing in with a passkey alone: by a button, and offered by the browser while one types the email.

use crate::{
    api::{self, Failure},
    browser, parts,
    state::{form::Form, query::UnderWay},
    ui::{button::Button, icon::Icon},
};
use guildhall_shared::{passkey::AuthenticationResponse, session::Session};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn ByPasskey(form: Form, #[prop(into)] on_done: Callback<Option<Session>>) -> impl IntoView {
    // The browser's offer; it ends when it stands anew, when something is sent, and with the page.
    let offer = UnderWay::new();
    let stand = {
        let offer = offer.clone();
        move || {
            let abort = offer.next();
            spawn_local(async move {
                let Some(signal) = abort.signal() else { return };
                let Ok(passkeys) = parts::passkeys().await else { return };
                if signal.aborted() || !(passkeys.offers)().await {
                    return;
                }
                let Ok(asked) = api::passkey::begin_sign_in().await else { return };
                if let Ok(credential) = (passkeys.get)(asked, Some(signal)).await {
                    form.send(enter(credential), move |session| on_done.run(session));
                }
            });
        }
    };
    Effect::new(move |was_busy: Option<bool>| {
        let busy = form.busy.get();
        let stand = stand.clone();
        match (was_busy, busy) {
            (_, true) => drop(offer.next()),
            // The page stands first.
            (None, false) => browser::idly(move || {
                if form.busy.try_get_untracked() == Some(false) {
                    stand();
                }
            }),
            (Some(_), false) => stand(),
        }
        busy
    });
    let press = move |_| {
        form.send(
            async move {
                let passkeys = parts::passkeys().await?;
                let asked = api::passkey::begin_sign_in().await?;
                enter((passkeys.get)(asked, None).await?).await
            },
            move |session| on_done.run(session),
        );
    };
    view! {
        <Button full=true icon=Icon::Key on_click=press>
            "Sign in with a passkey"
        </Button>
    }
}

async fn enter(credential: AuthenticationResponse) -> Result<Option<Session>, Failure> {
    api::passkey::sign_in(credential).await?;
    api::session::get().await
}
