//! The last question before one leaves. What was typed travels too: the server asks for it as well.

use crate::{
    api, browser,
    layout::trouble::Trouble,
    link,
    pages::account::deactivation::Going,
    state::{form::Form, go, session, unsaved},
    ui::confirm::Confirm,
};
use leptos::prelude::*;

#[component]
pub fn AccountDeactivate() -> impl IntoView {
    let going = use_context::<Going>();
    let form = Form::new(&[]);
    let username = session::session_now().map(|session| session.user.username.clone()).unwrap_or_default();
    let typed = username.clone();
    let deactivate = Callback::new(move |()| {
        form.send(api::deactivation::deactivate(username.clone()), |deactivated| {
            unsaved::forget();
            session::tell();
            browser::load(&link::deactivated(deactivated.dt_erased));
        });
    });
    // What was refused, the page below may show as well.
    Effect::new(move |_| {
        if let (Some(going), true) = (going, form.failure.read().is_some()) {
            going.ask_again();
        }
    });
    view! {
        <Confirm
            title="Deactivate your account?"
            verb="Deactivate account"
            busy=form.busy
            typed=typed
            on_confirm=deactivate
            on_close=move |()| go::within(link::DEACTIVATE)
        >
            <p class="lead">
                "You're signed out everywhere and your API keys stop immediately. You can restore the account for 14 days with the link that we email you; after that it's permanently deleted."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
