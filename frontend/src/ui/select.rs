//! One of many, as the browser's own list.

use super::button::unique;
use leptos::prelude::*;

#[component]
pub fn Select(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    /// Values with their labels.
    picks: Vec<(String, String)>,
    #[prop(optional, into)] help: Option<String>,
) -> impl IntoView {
    let id = unique("select");
    let help_id = help.is_some().then(|| format!("{id}-help"));
    let picks: Vec<_> = picks
        .into_iter()
        .map(|(own, label)| {
            let this = own.clone();
            view! { <option value=own prop:selected=move || value.read() == this>{label}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                class="input"
                id=id
                name=name
                aria-describedby=help_id.clone()
                on:change=move |event| value.set(event_target_value(&event))
            >
                {picks}
            </select>
            {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
        </div>
    }
}
