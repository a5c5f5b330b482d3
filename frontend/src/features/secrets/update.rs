//! Setting a secret's value anew.

use super::api;
use crate::{
    blocks::form_dialog::FormDialog,
    link,
    state::{
        form::{Form, Submit},
        param::param,
        resource_list::ResourceList,
        workspace,
    },
    ui::field::{MONO, TextArea},
};
use guildhall_shared::{Action, name, secret::Secret};
use leptos::prelude::*;

#[component]
pub fn SecretValue() -> impl IntoView {
    let here = workspace::around();
    let secrets = ResourceList::<Secret>::around();
    let secret = param::<String>("name").get_untracked().unwrap_or_default();
    let title = format!("Set {secret}");
    let form = Form::new(&["value"]);
    let value = RwSignal::new(String::new());
    let submit = move |()| {
        let (team, secret, text) = (here.now().id, secret.clone(), value.get_untracked());
        form.check([("value", name::secret_value(&text).err())]).then(|| {
            let call = async move { api::update(&team, &secret, text).await };
            Submit::new(call, |secret| format!("{} has a new value", secret.name), move |secret| secrets.put(secret))
        })
    };
    view! {
        <FormDialog
            form=form
            title=title
            verb="Set value"
            action=Action::WriteSecrets
            submit=submit
            page=move |()| link::secrets(here.now().namespace)
        >
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
        </FormDialog>
    }
}
