//! Removing a passkey: it no longer signs in.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::PasskeyId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn PasskeyRemove() -> impl IntoView {
    let safety = use_context::<Safety>();
    let id = use_params_map().read_untracked().get("passkey").and_then(|id| id.parse::<PasskeyId>().ok());
    let form = Form::new(&[]);
    let home = || go::within(link::SECURITY);
    let title = Signal::derive(move || {
        let passkey = safety.zip(id).and_then(|(safety, id)| safety.passkeys.find(|passkey| passkey.id == id));
        passkey.map_or_else(|| "Remove this passkey?".to_owned(), |passkey| format!("Remove {}?", passkey.name))
    });
    let remove = Callback::new(move |()| {
        let Some(id) = id else { return home() };
        form.send(api::passkey::remove(id), move |()| {
            announce::say("The passkey is removed");
            dialog::close_top();
            if let Some(safety) = safety {
                safety.ask_again();
            }
        });
    });
    view! {
        <Confirm title=title verb="Remove passkey" busy=form.busy on_confirm=remove on_close=move |()| home()>
            <p class="lead">
                "It no longer signs you in. Your device offers it until you delete it there too. If you have no other second factor, your password alone will be enough and your recovery codes stop working."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
