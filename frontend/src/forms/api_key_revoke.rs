//! Revoking an API key: programs that use it stop at once.

use crate::{
    api,
    layout::trouble::Trouble,
    pages::team::api_keys::Ring,
    state::{announce, form::Form, go, session, workspace},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::{Action, ApiKeyId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn ApiKeyRevoke() -> impl IntoView {
    let here = workspace::around();
    let ring = use_context::<Ring>();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("key").and_then(|id| id.parse::<ApiKeyId>().ok()));
    let form = Form::new(&[]);
    let home = move || {
        if let Some(ring) = ring {
            go::within(&ring.home(&here.now().namespace));
        }
    };
    let key = move || ring?.keys.find(|key| Some(key.id) == id.get());
    let me = session::session_now().map(|session| session.user.id);
    let refused = Signal::derive(move || {
        let own = key().is_none_or(|key| me == Some(key.made_by));
        if own { None } else { here.why(Action::RevokeAnyApiKey) }
    });
    let title = Signal::derive(move || {
        let key = key();
        key.map_or_else(|| "Revoke this API key?".to_owned(), |key| format!("Revoke {}?", key.name))
    });
    let revoke = Callback::new(move |()| {
        let Some(id) = id.get_untracked() else { return home() };
        let team = here.now().id;
        form.send(async move { api::api_key::revoke(&team, id).await }, move |()| {
            announce::say("The key is revoked");
            dialog::close_top();
            if let Some(ring) = ring {
                ring.keys.change(|rows| rows.retain(|key| key.id != id));
            }
        });
    });
    view! {
        <Confirm title=title verb="Revoke key" busy=form.busy refused=refused on_confirm=revoke on_close=move |()| home()>
            <p class="lead">"Programs using this key stop working immediately. This can't be undone."</p>
            <Trouble failure=here.trouble(Action::RevokeAnyApiKey, form.failure) />
        </Confirm>
    }
}
