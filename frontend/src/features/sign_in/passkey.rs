//! Signing in with a passkey alone: by a button, and offered by the browser while one types the email.

use crate::{
    api::Failure,
    browser, clock,
    features::passkeys::{self, known::sign_in_alone},
    state::{form::Form, query::UnderWay},
    ui::{button::Button, icon::Icon},
};
use guildhall_shared::{passkey::AuthenticationResponse, session::Session, timestamp::SECOND};
use leptos::{ev, prelude::*, task::spawn_local};

/// After how many refused offers there is none any more.
const OFFERS_MAX: u32 = 6;

/// What became of the offers so far. Some browsers answer an offer without asking the person, and would be refused
/// again at once, many times a second.
#[derive(Debug, Clone, Copy, Default)]
struct Offers {
    /// Whether what is being sent came of an offer.
    is_sent: bool,
    refused: u32,
    /// Until when there is none, by the browser's clock.
    rests_until: i64,
    /// Whether the next one waits for the person to do something.
    waits: bool,
}

impl Offers {
    fn refuse(&mut self) {
        self.refused += 1;
        self.rests_until = clock::here() + (SECOND << self.refused.min(OFFERS_MAX));
        self.waits = true;
    }

    fn may_stand(self) -> bool {
        self.refused < OFFERS_MAX && clock::here() >= self.rests_until
    }
}

#[component]
pub fn ByPasskey(form: Form, #[prop(into)] on_done: Callback<Option<Session>>) -> impl IntoView {
    // The browser's offer; it ends when it stands anew, when something is sent, and with the page.
    let offer = UnderWay::new();
    let offers = StoredValue::new(Offers::default());
    let stand = {
        let offer = offer.clone();
        move || {
            if !offers.get_value().may_stand() {
                return;
            }
            offers.update_value(|offers| offers.waits = false);
            let abort = offer.next();
            spawn_local(async move {
                let Some(signal) = abort.signal() else { return };
                let Ok(passkeys) = passkeys::webauthn::load().await else { return };
                if signal.aborted() || !(passkeys.offers)().await {
                    return;
                }
                let Ok(asked) = passkeys::api::begin_sign_in().await else { return };
                let host = asked.rp_id.clone();
                if let Ok(credential) = (passkeys.get)(asked, Some(signal)).await {
                    offers.try_update_value(|offers| offers.is_sent = true);
                    form.send(enter(host, credential), move |session| on_done.run(session));
                }
            });
        }
    };
    let again = stand.clone();
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
            (Some(_), false) if std::mem::take(&mut offers.write_value().is_sent) => {
                offers.update_value(Offers::refuse);
            }
            (Some(_), false) => stand(),
        }
        busy
    });
    let keys = window_event_listener(ev::keydown, {
        let again = again.clone();
        move |_| act(offers, &again)
    });
    let presses = window_event_listener(ev::pointerdown, move |_| act(offers, &again));
    on_cleanup(move || {
        keys.remove();
        presses.remove();
    });
    let press = move |_| {
        form.send(
            async move {
                let passkeys = passkeys::webauthn::load().await?;
                let asked = passkeys::api::begin_sign_in().await?;
                let host = asked.rp_id.clone();
                enter(host, (passkeys.get)(asked, None).await?).await
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

/// The person does something: what was refused may be offered once more.
fn act(offers: StoredValue<Offers>, stand: &impl Fn()) {
    if offers.try_get_value().is_some_and(|offers| offers.waits) {
        stand();
    }
}

async fn enter(host: String, credential: AuthenticationResponse) -> Result<Option<Session>, Failure> {
    sign_in_alone(&host, credential).await?;
    crate::api::session::get().await
}
