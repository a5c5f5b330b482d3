//! Adding a passkey: a name, then the browser makes it. With the first second factor come recovery codes.

use super::{api, webauthn};
use crate::{
    blocks::form_dialog::DialogForm,
    browser,
    features::{
        second_factor::codes::{Codes, Shown},
        security::safety::Safety,
    },
    link,
    state::{
        form::{Form, Submit},
        go,
    },
    ui::{dialog::Dialog, field::TextField},
};
use guildhall_shared::{device::describe, name::DisplayName, passkey::PasskeyCreate};
use leptos::prelude::*;

#[component]
pub fn PasskeyNew() -> impl IntoView {
    let safety = Safety::around();
    let shown = Shown::new();
    let title = Signal::derive(move || {
        if shown.codes.read().is_some() { "Keep your recovery codes" } else { "Add passkey" }.to_owned()
    });
    let inside = move || {
        (move || match shown.codes.get() {
            Some(codes) => view! { <Codes shown=shown codes=codes /> }.into_any(),
            None => view! { <Ask safety=safety shown=shown /> }.into_any(),
        })
        .into_any()
    };
    view! {
        <Dialog
            title=title
            held=shown.held()
            on_held=move |()| shown.remind()
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(inside)
        />
    }
}

#[component]
fn Ask(safety: Safety, shown: Shown) -> impl IntoView {
    let form = Form::new(&["name"]);
    let name = RwSignal::new(describe(&browser::user_agent()));
    let submit = move |()| {
        let text = name.get_untracked();
        form.check([("name", DisplayName::parse(&text).err())]).then(|| {
            let call = async move {
                let passkeys = webauthn::load().await?;
                let credential = (passkeys.create)(api::begin().await?).await?;
                api::add(PasskeyCreate { name: text, credential }).await
            };
            Submit::new(
                call,
                |passkey| format!("{} is added", passkey.name),
                move |passkey| {
                    safety.ask_again_after(&passkey);
                    shown.show_if_any(passkey.recovery_codes.unwrap_or_default())
                },
            )
        })
    };
    view! {
        <DialogForm form=form verb="Add passkey" submit=submit>
            <p class="lead">
                "Your browser asks where to keep it: on this device, on your phone, or on a security key. It asks for your finger, your face or a PIN each time."
            </p>
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="Where it is kept, such as “Work laptop”."
                autofocus=true
            />
        </DialogForm>
    }
}
