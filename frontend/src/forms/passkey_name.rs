//! Another name for a passkey.

use crate::{
    api,
    layout::{factor::focus_first, trouble::Trouble},
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go, query::Load},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::TextField,
        skeleton::FormSkeleton,
    },
};
use guildhall_shared::{PasskeyId, name::DisplayName, passkey::Passkey};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

#[component]
pub fn PasskeyName() -> impl IntoView {
    let safety = use_context::<Safety>();
    let id = use_params_map().read_untracked().get("passkey").and_then(|id| id.parse::<PasskeyId>().ok());
    let passkey = Memo::new(move |_| {
        let (safety, id) = safety.zip(id)?;
        safety.passkeys.find(|passkey| passkey.id == id)
    });
    let coming =
        Signal::derive(move || safety.is_some_and(|safety| matches!(*safety.passkeys.load.read(), Load::Waiting)));
    let inside = move || {
        (move || match (passkey.get(), coming.get()) {
            (Some(passkey), _) => view! { <Inside passkey=passkey safety=safety /> }.into_any(),
            (None, true) => view! { <FormSkeleton fields=1 /> }.into_any(),
            (None, false) => view! { <p class="lead">"This passkey is not among yours any more."</p> }.into_any(),
        })
        .into_any()
    };
    view! {
        <Dialog
            title="Rename passkey"
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(inside)
        />
    }
}

#[component]
fn Inside(passkey: Arc<Passkey>, safety: Option<Safety>) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["name"]);
    let (id, name) = (passkey.id, RwSignal::new(passkey.name.clone()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = name.get_untracked();
        if !form.check([("name", DisplayName::parse(&text).err())]) {
            return;
        }
        form.send(api::passkey::rename(id, text), move |passkey| {
            announce::say(format!("The passkey is called {}", passkey.name));
            if let Some(safety) = safety {
                safety.changed.set(Some(passkey.id.to_string()));
                safety.ask_again();
            }
            dialog.close();
        });
    };
    focus_first(form);
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="Where it is kept, such as “Work laptop”. Your device keeps its own name for it."
                autofocus=true
            />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Rename"</Button>
            </div>
        </form>
    }
}
