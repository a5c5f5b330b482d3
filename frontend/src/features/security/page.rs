//! Account settings, Security: the password, second factors, and the log of what happened to the account.

use super::{log::Log, safety::Safety};
use crate::{
    blocks::{loaded::loaded, page::Page},
    features::{
        accounts::own::PLACE,
        passkeys::section::Passkeys,
        passwords::section::Password,
        second_factor::section::{App, Codes},
    },
    link,
    state::query::Load,
    ui::skeleton::FormSkeleton,
};
use leptos::prelude::*;
use leptos_router::components::Outlet;

#[component]
pub fn Security() -> impl IntoView {
    let safety = Safety::new();
    provide_context(safety);
    let Safety { own, factor, log, .. } = safety;
    let has_factor = Memo::new(move |_| matches!(&*factor.load.read(), Load::Ready(now) if !now.methods.is_empty()));
    view! {
        <Page title="Security" place=PLACE purpose="How you sign in, and what happened to your account." wide=true>
            <section aria-labelledby="password">
                <h2 id="password">"Password"</h2>
                {loaded(
                    own.0.load,
                    PLACE,
                    move || own.0.ask_again(),
                    || view! { <FormSkeleton fields=1 /> }.into_any(),
                    move || view! { <Password safety=safety /> }.into_any(),
                )}
            </section>
            <Passkeys safety=safety />
            <section aria-labelledby="factor">
                <h2 id="factor">"Authenticator app"</h2>
                {loaded(
                    factor.load,
                    "Your second factors",
                    move || factor.ask_again(),
                    || view! { <FormSkeleton fields=1 /> }.into_any(),
                    move || view! { <App factor=factor /> }.into_any(),
                )}
            </section>
            {move || {
                has_factor
                    .get()
                    .then(|| {
                        view! {
                            <section aria-labelledby="codes">
                                <h2 id="codes">"Recovery codes"</h2>
                                <Codes factor=factor />
                            </section>
                        }
                    })
            }}
            <section aria-labelledby="log">
                <h2 id="log">"Security log"</h2>
                <p class="purpose">
                    "Sign-ins, failures, and changes to your password, second factors, email and keys. What matters is mailed to you too. Where you do not know a line, change your password and end your other "
                    <a href=link::SESSIONS>"sessions"</a> "."
                </p>
                <Log log=log />
            </section>
        </Page>
        <Outlet />
    }
}
