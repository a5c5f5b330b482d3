//! Removing a passkey: it no longer signs in.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    features::security::safety::Safety,
    link,
    state::{form::Submit, param::param},
};
use guildhall_shared::PasskeyId;
use leptos::prelude::*;

#[component]
pub fn PasskeyRemove() -> impl IntoView {
    let safety = Safety::around();
    let id = param::<PasskeyId>("passkey");
    let title = Signal::derive(move || match id.get().and_then(|id| safety.passkeys.get(&id)) {
        Some(passkey) => format!("Remove {}?", passkey.name),
        None => "Remove this passkey?".to_owned(),
    });
    let confirm = move |()| {
        let call = api::remove(id.get_untracked()?);
        Some(Submit::new(call, |()| "The passkey is removed", move |()| safety.ask_again()))
    };
    view! {
        <ConfirmRoute title=title verb="Remove passkey" confirm=confirm page=|()| link::SECURITY>
            "It no longer signs you in. Your device offers it until you delete it there too. If you have no other second factor, your password alone will be enough and your recovery codes stop working."
        </ConfirmRoute>
    }
}
