//! Adding an SSH key. What is pasted is read at once, by the server's own function; a private key leaves
//! its field as soon as it is seen.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::ssh_keys::Bunch,
    state::{announce, form::Form, go},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::{MONO, TextArea, TextField},
        icon::Icon,
    },
};
use guildhall_shared::{
    Issue,
    name::DisplayName,
    ssh_key::{PublicKey, Refused, SshKeyCreate},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn SshKeyNew() -> impl IntoView {
    let bunch = use_context::<Bunch>();
    view! {
        <Dialog
            title="Add SSH key"
            on_close=move |()| go::within(link::SSH_KEYS)
            children=ToChildren::to_children(move || view! { <Inside bunch=bunch /> }.into_any())
        />
    }
}

#[component]
fn Inside(bunch: Option<Bunch>) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(&["name", "publicKey"]).conflict_at(|_| "publicKey");
    let (name, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The last name that came out of a key: one that was typed stays.
    let suggested = RwSignal::new(String::new());
    let read = Memo::new(move |_| PublicKey::parse(&text.read()));
    let was_private = RwSignal::new(false);
    Effect::new(move |_| match read.get() {
        Err(Refused::Private) => {
            text.set(String::new());
            empty(form);
            was_private.set(true);
            announce::say(Refused::Private.sentence());
        }
        // Emptied just now, and the warning stays until something else is typed.
        Err(Refused::Empty) => {}
        Err(_) => was_private.set(false),
        Ok(key) => {
            was_private.set(false);
            let suggestion = key.suggested_name().map(String::from).unwrap_or_default();
            if name.get_untracked() == suggested.get_untracked() {
                name.set(suggestion.clone());
                suggested.set(suggestion);
            }
        }
    });
    let sent = form.refusal("publicKey");
    let refused = Signal::derive(move || match read.get() {
        _ if was_private.get() => Some(Refused::Private.sentence()),
        Err(Refused::Empty) | Ok(_) => sent.get(),
        Err(why) => Some(why.sentence()),
    });
    let kind = move || read.get().ok().map(|key| format!("{}, {} bits", key.algorithm.label(), key.bits));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read = read.get_untracked();
        let checks = [
            ("publicKey", read.as_ref().err().copied().map(Issue::from)),
            ("name", DisplayName::parse(&name.read_untracked()).err()),
        ];
        if !form.check(checks) {
            return;
        }
        let Ok(key) = read else { return };
        let body = SshKeyCreate { name: name.get_untracked(), public_key: key.to_string() };
        form.send(api::ssh_key::add(body), move |key| {
            announce::say(format!("{} is added", key.name));
            if let Some(bunch) = bunch {
                bunch.add(key);
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">
                "Paste the public half. No key yet? " <code class="whole">"ssh-keygen -t ed25519"</code>
                " makes one."
            </p>
            <TextArea
                label="Public key"
                name="publicKey"
                value=text
                refused=refused
                help="The line in a file such as ~/.ssh/id_ed25519.pub."
                class=MONO
                autofocus=true
            />
            {move || kind().map(|kind| view! { <p class="help good">{Icon::Check.view()} <span>{kind}</span></p> })}
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="Which device it's on, for example “Work laptop”."
            />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Add SSH key"</Button>
            </div>
        </form>
    }
}

/// Takes the text out of the field itself: a signal that is empty again at once tells the page nothing.
fn empty(form: Form) {
    let field = form.node.get_untracked().and_then(|form| form.query_selector("textarea").ok().flatten());
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
        field.set_value("");
    }
}
