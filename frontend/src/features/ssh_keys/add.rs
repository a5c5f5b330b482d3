//! Adding an SSH key. What is pasted is read at once, by the server's own function; a private key leaves
//! its field as soon as it is seen.

use super::api;
use crate::{
    blocks::form_dialog::FormDialog,
    link,
    state::{
        announce,
        form::{Form, Submit},
        resource_list::ResourceList,
    },
    ui::{
        field::{MONO, TextArea, TextField},
        icon::Icon,
    },
};
use guildhall_shared::{
    Issue,
    name::DisplayName,
    ssh_key::{PublicKey, Refused, SshKey, SshKeyCreate},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn SshKeyNew() -> impl IntoView {
    let keys = ResourceList::<SshKey>::around();
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
    let submit = move |()| {
        let read = read.get_untracked();
        let checks = [
            ("publicKey", read.as_ref().err().copied().map(Issue::from)),
            ("name", DisplayName::parse(&name.read_untracked()).err()),
        ];
        if !form.check(checks) {
            return None;
        }
        let body = SshKeyCreate { name: name.get_untracked(), public_key: read.ok()?.to_string() };
        Some(Submit::new(api::add(body), |key| format!("{} is added", key.name), move |key| keys.add(key)))
    };
    view! {
        <FormDialog form=form title="Add SSH key" verb="Add SSH key" submit=submit page=|()| link::SSH_KEYS>
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
        </FormDialog>
    }
}

/// Takes the text out of the field itself: a signal that is empty again at once tells the page nothing.
fn empty(form: Form) {
    let field = form.node.get_untracked().and_then(|form| form.query_selector("textarea").ok().flatten());
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
        field.set_value("");
    }
}
