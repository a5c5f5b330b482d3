//! Adding a secret.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::team::secrets::Vault,
    state::{announce, form::Form, go, workspace},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::{MONO, TextArea, TextField},
    },
};
use guildhall_shared::{
    Action,
    name::{self, SecretName},
    secret::SecretCreate,
};
use leptos::prelude::*;

#[component]
pub fn SecretNew() -> impl IntoView {
    let here = workspace::around();
    let vault = use_context::<Vault>();
    view! {
        <Dialog
            title="Add secret"
            on_close=move |()| go::within(&link::secrets(here.now().namespace))
            children=ToChildren::to_children(move || view! { <Inside vault=vault /> }.into_any())
        />
    }
}

#[component]
fn Inside(vault: Option<Vault>) -> impl IntoView {
    let here = workspace::around();
    let dialog = closer();
    let form = Form::new(&["name", "value"]).conflict_at(|_| "name");
    let (name, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = SecretCreate { name: name.get_untracked().trim().to_owned(), value: value.get_untracked() };
        let checks = [("name", SecretName::parse(&body.name).err()), ("value", name::secret_value(&body.value).err())];
        if !form.check(checks) {
            return;
        }
        let team = here.now().id;
        form.send(async move { api::secret::create(&team, body).await }, move |secret| {
            announce::say(format!("{} is added", secret.name));
            if let Some(vault) = vault {
                vault.put(secret);
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <TextField
                label="Name"
                name="name"
                value=name
                refused=form.refusal("name")
                help="Letters, digits and underscores, such as DATABASE_URL."
                class=MONO
                autofocus=true
            />
            <TextArea
                label="Value"
                name="value"
                value=value
                refused=form.refusal("value")
                help="Saved exactly as entered, including line breaks. You can't view it later."
                class=MONO
            />
            <Trouble failure=here.trouble(Action::WriteSecrets, form.failure) />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy refused=here.refusal(Action::WriteSecrets)>"Add secret"</Button>
            </div>
        </form>
    }
}
