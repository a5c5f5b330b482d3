//! Ending a session on another device, or this one, which signs out.

use crate::{
    api,
    layout::{top_bar, trouble::Trouble},
    link,
    pages::account::{device_and_place, sessions::Places},
    state::{announce, form::Form, go},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::SessionId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SessionEnd() -> impl IntoView {
    let places = use_context::<Places>();
    let id = use_params_map().read_untracked().get("session").and_then(|id| id.parse::<SessionId>().ok());
    let form = Form::new(&[]);
    let home = || go::within(link::SESSIONS);
    let session = move || places?.find(id?);
    let from = move || match session() {
        Some(session) => device_and_place(&session.device, &session.place),
        None => "That device".to_owned(),
    };
    let end = Callback::new(move |()| {
        let Some(id) = id else { return home() };
        if untrack(session).is_some_and(|session| session.is_current) {
            return top_bar::sign_out();
        }
        form.send(api::session::end(id), move |()| {
            announce::say("The session has ended");
            dialog::close_top();
            if let Some(places) = places {
                places.remove(id);
            }
        });
    });
    view! {
        <Confirm
            title="End this session?"
            verb="End session"
            busy=form.busy
            on_confirm=end
            on_close=move |()| home()
        >
            <p class="lead">
                <strong>{from}</strong> " is signed out at once. What is not saved there is lost."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
