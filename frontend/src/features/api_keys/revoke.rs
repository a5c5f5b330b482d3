//! Revoking an API key: programs that use it stop at once.

use super::{api, page};
use crate::{
    blocks::confirm_route::ConfirmRoute,
    state::{form::Submit, param::param, resource_list::ResourceList, session, workspace},
};
use guildhall_shared::{Action, ApiKeyId, api_key::ApiKey};
use leptos::prelude::*;

#[component]
pub fn ApiKeyRevoke() -> impl IntoView {
    let here = workspace::around();
    let keys = ResourceList::<ApiKey>::around();
    let of_team = page::of_team();
    let id = param::<ApiKeyId>("key");
    let key = move || keys.get(&id.get()?);
    let me = session::session_now().map(|session| session.user.id);
    let refused = Signal::derive(move || {
        let own = key().is_none_or(|key| me == Some(key.made_by));
        if own { None } else { here.why(Action::RevokeAnyApiKey) }
    });
    let title = Signal::derive(move || match key() {
        Some(key) => format!("Revoke {}?", key.name),
        None => "Revoke this API key?".to_owned(),
    });
    let confirm = move |()| {
        let (team, id) = (here.now().id, id.get_untracked()?);
        let call = async move { api::revoke(&team, id).await };
        Some(Submit::new(call, |()| "The key is revoked", move |()| keys.remove(&id)))
    };
    view! {
        <ConfirmRoute
            title=title
            verb="Revoke key"
            action=Action::RevokeAnyApiKey
            refused=refused
            confirm=confirm
            page=move |()| page::page(here, of_team)
        >
            "Programs using this key stop working immediately. This can't be undone."
        </ConfirmRoute>
    }
}
