//! Removing an SSH key: machines no longer take it.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::ssh_keys::Bunch,
    state::{announce, form::Form, go},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::SshKeyId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SshKeyRemove() -> impl IntoView {
    let bunch = use_context::<Bunch>();
    let id = use_params_map().read_untracked().get("key").and_then(|id| id.parse::<SshKeyId>().ok());
    let form = Form::new(&[]);
    let home = || go::within(link::SSH_KEYS);
    let title = Signal::derive(move || {
        let key = bunch.zip(id).and_then(|(bunch, id)| bunch.find(id));
        key.map_or_else(|| "Remove this SSH key?".to_owned(), |key| format!("Remove {}?", key.name))
    });
    let remove = Callback::new(move |()| {
        let Some(id) = id else { return home() };
        form.send(api::ssh_key::remove(id), move |()| {
            announce::say("The SSH key is removed");
            dialog::close_top();
            if let Some(bunch) = bunch {
                bunch.remove(id);
            }
        });
    });
    view! {
        <Confirm title=title verb="Remove SSH key" busy=form.busy on_confirm=remove on_close=move |()| home()>
            <p class="lead">
                "You'll no longer be able to connect with this key. Lines that you copied elsewhere stay there, and you can add the key again."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
