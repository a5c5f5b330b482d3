//! Another name for a passkey.

use super::api;
use crate::{
    blocks::form_dialog::DialogForm,
    features::security::safety::Safety,
    link,
    state::{
        form::{Form, Submit},
        go,
        param::param,
    },
    ui::{dialog::Dialog, field::TextField, skeleton::FormSkeleton},
};
use guildhall_shared::{PasskeyId, name::DisplayName, passkey::Passkey};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn PasskeyName() -> impl IntoView {
    let safety = Safety::around();
    let id = param::<PasskeyId>("passkey");
    let passkey = Memo::new(move |_| safety.passkeys.get(&id.get()?));
    let inside = move || {
        (move || match (passkey.get(), safety.passkeys.is_coming()) {
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
fn Inside(passkey: Arc<Passkey>, safety: Safety) -> impl IntoView {
    let form = Form::new(&["name"]);
    let (id, name) = (passkey.id, RwSignal::new(passkey.name.clone()));
    let submit = move |()| {
        let text = name.get_untracked();
        form.check([("name", DisplayName::parse(&text).err())]).then(|| {
            let says = |passkey: &Passkey| format!("The passkey is called {}", passkey.name);
            Submit::new(api::rename(id, text), says, move |passkey| safety.ask_again_after(&passkey))
        })
    };
    form.focus_first();
    view! {
        <DialogForm form=form verb="Rename" submit=submit>
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="Where it is kept, such as “Work laptop”. Your device keeps its own name for it."
                autofocus=true
            />
        </DialogForm>
    }
}
