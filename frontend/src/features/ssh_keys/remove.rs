//! Removing an SSH key: machines no longer take it.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    link,
    state::{form::Submit, param::param, resource_list::ResourceList},
};
use guildhall_shared::{SshKeyId, ssh_key::SshKey};
use leptos::prelude::*;

#[component]
pub fn SshKeyRemove() -> impl IntoView {
    let keys = ResourceList::<SshKey>::around();
    let id = param::<SshKeyId>("key");
    let title = Signal::derive(move || match id.get().and_then(|id| keys.get(&id)) {
        Some(key) => format!("Remove {}?", key.name),
        None => "Remove this SSH key?".to_owned(),
    });
    let confirm = move |()| {
        let id = id.get_untracked()?;
        Some(Submit::new(api::remove(id), |()| "The SSH key is removed", move |()| keys.remove(&id)))
    };
    view! {
        <ConfirmRoute title=title verb="Remove SSH key" confirm=confirm page=|()| link::SSH_KEYS>
            "You'll no longer be able to connect with this key. Lines that you copied elsewhere stay there, and you can add the key again."
        </ConfirmRoute>
    }
}
