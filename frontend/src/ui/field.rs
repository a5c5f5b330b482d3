//! A field: label above, help below, its refusal in its place and tied to it.

use super::{button::unique, icon::Icon};
use leptos::prelude::*;

/// For what programs read: names of variables, values.
pub const MONO: &str = "input mono";

/// The refusal under a field.
fn refusal(id: String, refused: Signal<Option<String>>) -> impl IntoView {
    move || {
        let id = id.clone();
        refused.get().map(|sentence| {
            view! {
                <p class="refusal" id=id>
                    {Icon::Alert.view()} <span>{sentence}</span>
                </p>
            }
        })
    }
}

/// The ids of what describes a field, as far as they are in the page.
fn described(help: Option<&str>, refusal: &str, refused: bool) -> Option<String> {
    match (help, refused) {
        (Some(help), true) => Some(format!("{refusal} {help}")),
        (None, true) => Some(refusal.to_owned()),
        (Some(help), false) => Some(help.to_owned()),
        (None, false) => None,
    }
}

#[component]
pub fn TextField(
    #[prop(into)] label: String,
    /// Also the field's name in the server's refusals.
    name: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// `none` for names of machines, `words` for names of people.
    #[prop(default = "none")]
    capitals: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] readonly: bool,
    #[prop(default = "input")] class: &'static str,
    /// What a phone's keyboard offers, where that is not letters.
    #[prop(default = None, into)]
    keyboard: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
    /// What stands before the value, such as the beginning of an address.
    #[prop(optional, into)]
    before: Option<String>,
) -> impl IntoView {
    let id = unique("field");
    let (help_id, refusal_id) = (format!("{id}-help"), format!("{id}-refusal"));
    let describing = help.is_some().then(|| help_id.clone());
    let refused_by = refusal_id.clone();
    let input = view! {
        <input
            class=class
            id=id.clone()
            name=name
            type=kind
            autocomplete=autocomplete
            autocapitalize=capitals
            inputmode=keyboard
            spellcheck=if capitals == "none" { "false" } else { "true" }
            readonly=readonly
            autofocus=autofocus
            aria-invalid=move || refused.read().is_some().then_some("true")
            aria-describedby=move || described(describing.as_deref(), &refused_by, refused.read().is_some())
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    };
    view! {
        <div class="field">
            <label for=id>
                {label} {optional.then(|| view! { <span class="optional">" (optional)"</span> })}
            </label>
            {match before {
                Some(before) => view! { <div class="affix"><span aria-hidden="true">{before}</span>{input}</div> }.into_any(),
                None => input.into_any(),
            }}
            {refusal(refusal_id, refused)}
            {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
        </div>
    }
}

/// A password, with a button that shows it.
#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    #[prop(optional, into)] help: Option<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    /// What stands below the input.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = unique("field");
    let (help_id, refusal_id) = (format!("{id}-help"), format!("{id}-refusal"));
    let describing = help.is_some().then(|| help_id.clone());
    let refused_by = refusal_id.clone();
    let shown = RwSignal::new(false);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="with-button">
                <input
                    class="input"
                    id=id
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus=autofocus
                    aria-invalid=move || refused.read().is_some().then_some("true")
                    aria-describedby=move || described(describing.as_deref(), &refused_by, refused.read().is_some())
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <button
                    class="button"
                    type="button"
                    aria-label="Show password"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { Icon::EyeOff.view() } else { Icon::Eye.view() }}
                </button>
            </div>
            {refusal(refusal_id, refused)}
            {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Text of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(default = "input")] class: &'static str,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let id = unique("field");
    let (help_id, refusal_id) = (format!("{id}-help"), format!("{id}-refusal"));
    let describing = help.is_some().then(|| help_id.clone());
    let refused_by = refusal_id.clone();
    view! {
        <div class="field">
            <label for=id.clone()>
                {label} {optional.then(|| view! { <span class="optional">" (optional)"</span> })}
            </label>
            <textarea
                class=class
                id=id
                name=name
                rows="3"
                autocomplete="off"
                spellcheck=if class == MONO { "false" } else { "true" }
                autofocus=autofocus
                aria-invalid=move || refused.read().is_some().then_some("true")
                aria-describedby=move || described(describing.as_deref(), &refused_by, refused.read().is_some())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            {refusal(refusal_id, refused)}
            {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
        </div>
    }
}
