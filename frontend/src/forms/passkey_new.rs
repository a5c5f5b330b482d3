//! Adding a passkey: a name, then the browser makes it. With the first second factor come recovery codes.

use super::recovery_codes::{Codes, Shown};
use crate::{
    api, browser,
    layout::trouble::Trouble,
    link,
    pages::account::security::Safety,
    parts,
    state::{announce, form::Form, go},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::TextField,
    },
};
use guildhall_shared::{device::describe, name::DisplayName, passkey::PasskeyCreate};
use leptos::prelude::*;

#[component]
pub fn PasskeyNew() -> impl IntoView {
    let safety = use_context::<Safety>();
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
fn Ask(safety: Option<Safety>, shown: Shown) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["name"]);
    let name = RwSignal::new(describe(&browser::user_agent()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = name.get_untracked();
        if !form.check([("name", DisplayName::parse(&text).err())]) {
            return;
        }
        form.send(
            async move {
                let passkeys = parts::passkeys().await?;
                let credential = (passkeys.create)(api::passkey::begin().await?).await?;
                api::passkey::add(PasskeyCreate { name: text, credential }).await
            },
            move |passkey| {
                let codes = passkey.recovery_codes.clone().unwrap_or_default();
                announce::say(format!("{} is added", passkey.name));
                if let Some(safety) = safety {
                    safety.changed.set(Some(passkey.id.to_string()));
                    safety.ask_again();
                }
                if codes.is_empty() { dialog.close() } else { shown.show(codes) }
            },
        );
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
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
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Add passkey"</Button>
            </div>
        </form>
    }
}
