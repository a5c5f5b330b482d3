//! Deleting a secret. Nothing brings its value back, so its name is typed.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::team::secrets::Vault,
    state::{announce, form::Form, go, workspace},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::Action;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SecretDelete() -> impl IntoView {
    let here = workspace::around();
    let vault = use_context::<Vault>();
    let name = use_params_map().read_untracked().get("name").unwrap_or_default();
    let (title, typed) = (format!("Delete {name}?"), name.clone());
    let form = Form::new(&[]);
    let delete = Callback::new(move |()| {
        let (team, name) = (here.now().id, name.clone());
        let gone = name.clone();
        form.send(async move { api::secret::delete(&team, &name).await }, move |()| {
            announce::say(format!("{gone} is deleted"));
            dialog::close_top();
            if let Some(vault) = vault {
                vault.remove(&gone);
            }
        });
    });
    view! {
        <Confirm
            title=title
            verb="Delete secret"
            typed=typed
            busy=form.busy
            refused=here.refusal(Action::WriteSecrets)
            on_confirm=delete
            on_close=move |()| go::within(&link::secrets(here.now().namespace))
        >
            <p class="lead">"Workloads that need it will fail. This can't be undone."</p>
            <Trouble failure=here.trouble(Action::WriteSecrets, form.failure) />
        </Confirm>
    }
}
