//! Another name for a passkey.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::TextField,
    },
};
use guildhall_shared::{PasskeyId, name::DisplayName};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn PasskeyName() -> impl IntoView {
    let safety = use_context::<Safety>();
    let id = use_params_map().read_untracked().get("passkey").and_then(|id| id.parse::<PasskeyId>().ok());
    view! {
        <Dialog
            title="Rename passkey"
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(move || view! { <Inside safety=safety id=id /> }.into_any())
        />
    }
}

#[component]
fn Inside(safety: Option<Safety>, id: Option<PasskeyId>) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["name"]);
    let known = safety.zip(id).and_then(|(safety, id)| safety.passkeys.find(|passkey| passkey.id == id));
    let name = RwSignal::new(known.map(|passkey| passkey.name.clone()).unwrap_or_default());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = name.get_untracked();
        if !form.check([("name", DisplayName::parse(&text).err())]) {
            return;
        }
        let Some(id) = id else { return dialog.close() };
        form.send(api::passkey::rename(id, text), move |passkey| {
            announce::say(format!("The passkey is called {}", passkey.name));
            if let Some(safety) = safety {
                safety.changed.set(Some(passkey.id.to_string()));
                safety.ask_again();
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" novalidate node_ref=form.node on:submit=submit>
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="Where it is kept, such as “Work laptop”. Your device calls it as before."
                autofocus=true
            />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.close()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Rename"</Button>
            </div>
        </form>
    }
}
