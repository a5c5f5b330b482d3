//! Making new recovery codes, in place of those from before.

use super::{
    api,
    codes::{Codes, Shown},
};
use crate::{
    blocks::form_dialog::DialogForm,
    features::security::safety::Safety,
    link,
    state::{
        form::{Form, Submit},
        go,
    },
    ui::dialog::Dialog,
};
use leptos::prelude::*;

#[component]
pub fn RecoveryCodes() -> impl IntoView {
    let safety = Safety::around();
    let shown = Shown::new();
    let title = Signal::derive(move || {
        if shown.codes.read().is_some() { "Keep your recovery codes" } else { "Generate new recovery codes?" }
            .to_owned()
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
    let form = Form::new(&[]);
    let submit = move |()| {
        let call = api::make_recovery_codes();
        Some(Submit::new(
            call,
            |_| "The codes are made. Save them now.",
            move |made| {
                safety.ask_again();
                shown.show(made.recovery_codes)
            },
        ))
    };
    view! {
        <DialogForm form=form verb="Generate new codes" submit=submit asks_only=true>
            <p class="lead">"You get ten new ones. Those from before are void at once, used or not. Keep them for 7 days: resetting your password by mail in that time restores them."</p>
        </DialogForm>
    }
}
