//! Ending every session but this one.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::sessions::Places,
    state::{announce, form::Form, go},
    ui::{confirm::Confirm, dialog},
};
use leptos::prelude::*;

#[component]
pub fn SessionsEndOthers() -> impl IntoView {
    let places = use_context::<Places>();
    let form = Form::new(&[]);
    let end = Callback::new(move |()| {
        form.send(api::session::end_others(), move |()| {
            announce::say("All your other sessions have ended");
            dialog::close_top();
            if let Some(places) = places {
                places.remove_others();
            }
        });
    });
    view! {
        <Confirm
            title="Sign out everywhere else?"
            verb="Sign out everywhere else"
            busy=form.busy
            on_confirm=end
            on_close=move |()| go::within(link::SESSIONS)
        >
            <p class="lead">
                "All other browsers and devices are signed out immediately. You stay signed in here, and API keys keep working."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
