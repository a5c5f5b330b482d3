//! Adding a secret.

use super::api;
use crate::{
    blocks::form_dialog::FormDialog,
    link,
    state::{
        form::{Form, Submit},
        resource_list::ResourceList,
        workspace,
    },
    ui::field::{MONO, TextArea, TextField},
};
use guildhall_shared::{
    Action,
    name::{self, SecretName},
    secret::{Secret, SecretCreate},
};
use leptos::prelude::*;

#[component]
pub fn SecretNew() -> impl IntoView {
    let here = workspace::around();
    let secrets = ResourceList::<Secret>::around();
    let form = Form::new(&["name", "value"]).conflict_at(|_| "name");
    let (name, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |()| {
        let body = SecretCreate { name: name.get_untracked().trim().to_owned(), value: value.get_untracked() };
        let checks = [("name", SecretName::parse(&body.name).err()), ("value", name::secret_value(&body.value).err())];
        let team = here.now().id;
        form.check(checks).then(|| {
            let call = async move { api::create(&team, body).await };
            Submit::new(call, |secret| format!("{} is added", secret.name), move |secret| secrets.add(secret))
        })
    };
    view! {
        <FormDialog
            form=form
            title="Add secret"
            verb="Add secret"
            action=Action::WriteSecrets
            submit=submit
            page=move |()| link::secrets(here.now().namespace)
        >
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
        </FormDialog>
    }
}
