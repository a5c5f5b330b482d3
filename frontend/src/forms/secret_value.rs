//! Setting a secret's value anew.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::team::secrets::Vault,
    state::{announce, form::Form, go, workspace},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::{MONO, TextArea},
    },
};
use guildhall_shared::{Action, name};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SecretValue() -> impl IntoView {
    let here = workspace::around();
    let vault = use_context::<Vault>();
    let name = use_params_map().read_untracked().get("name").unwrap_or_default();
    let title = format!("Set {name}");
    view! {
        <Dialog
            title=title
            on_close=move |()| go::within(&link::secrets(here.now().namespace))
            children=ToChildren::to_children(move || view! { <Inside name=name.clone() vault=vault /> }.into_any())
        />
    }
}

#[component]
fn Inside(name: String, vault: Option<Vault>) -> impl IntoView {
    let here = workspace::around();
    let dialog = closer();
    let form = Form::new(&["value"]);
    let value = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = value.get_untracked();
        if !form.check([("value", name::secret_value(&text).err())]) {
            return;
        }
        let (team, name) = (here.now().id, name.clone());
        form.send(async move { api::secret::update(&team, &name, text).await }, move |secret| {
            announce::say(format!("{} has a new value", secret.name));
            if let Some(vault) = vault {
                vault.put(secret);
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">"This replaces the current value."</p>
            <TextArea
                label="New value"
                name="value"
                value=value
                refused=form.refusal("value")
                help="Saved exactly as entered, including line breaks. You can't view it later."
                class=MONO
                autofocus=true
            />
            <Trouble failure=here.trouble(Action::WriteSecrets, form.failure) />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy refused=here.refusal(Action::WriteSecrets)>"Set value"</Button>
            </div>
        </form>
    }
}
