//! One of a few, as radio buttons with a sentence each.

use super::button::unique;
use leptos::prelude::*;

/// One thing to choose.
#[derive(Debug, Clone)]
pub struct Pick {
    pub value: &'static str,
    pub label: &'static str,
    /// What choosing it means; empty where the label says all.
    pub sentence: &'static str,
}

#[component]
pub fn Choice(
    #[prop(into)] label: String,
    name: &'static str,
    value: RwSignal<String>,
    picks: Vec<Pick>,
    /// Side by side, where there are no sentences.
    #[prop(optional)]
    inline: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let group = unique(name);
    let picks: Vec<_> = picks
        .into_iter()
        .map(|Pick { value: this, label, sentence }| {
            let described = (!sentence.is_empty()).then(|| unique("sentence"));
            view! {
                <label>
                    <input
                        type="radio"
                        name=group.clone()
                        value=this
                        aria-describedby=described.clone()
                        autofocus=move || autofocus && value.get_untracked() == this
                        prop:checked=move || value.get() == this
                        on:change=move |_| {
                            value.set(this.to_owned());
                            if let Some(call) = on_change {
                                call.run(this.to_owned());
                            }
                        }
                    />
                    <span>{label}</span>
                    {described.map(|id| view! { <span class="sentence" id=id>{sentence}</span> })}
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field choice" class:inline=inline>
            <legend>{label}</legend>
            {picks}
        </fieldset>
    }
}
