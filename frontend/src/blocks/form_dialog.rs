//! A form over a page, in a dialog: its fields, what was refused, "Cancel" and the verb. What was typed does not go
//! unasked, which the dialog sees to; where the server asks who someone is, the call waits for the answer.

use super::error_notice::ErrorNotice;
use crate::{
    state::{
        form::{Form, Submit},
        go, workspace,
    },
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
    },
};
use guildhall_shared::Action;
use leptos::prelude::*;

#[component]
pub fn FormDialog(
    form: Form,
    #[prop(into)] title: Signal<String>,
    /// What the button says.
    verb: &'static str,
    #[prop(default = Look::Primary)] look: Look,
    /// What the person has to be allowed to do.
    #[prop(optional, into)]
    action: Option<Action>,
    /// Checks what was typed, and says what to send; nothing where something is refused.
    #[prop(into)]
    submit: Callback<(), Option<Submit>>,
    /// The page below.
    #[prop(into)]
    page: Callback<(), String>,
    children: ChildrenFn,
) -> impl IntoView {
    let inside = move || {
        let children = children.clone();
        view! {
            <DialogForm form=form verb=verb look=look action=action submit=submit>
                {children()}
            </DialogForm>
        }
        .into_any()
    };
    view! { <Dialog title=title on_close=move |()| go::within(&page.run(())) children=ToChildren::to_children(inside) /> }
}

/// The form alone, for a dialog that shows other things too.
#[component]
pub fn DialogForm(
    form: Form,
    verb: &'static str,
    #[prop(default = Look::Primary)] look: Look,
    #[prop(optional_no_strip, into)] action: Option<Action>,
    #[prop(into)] submit: Callback<(), Option<Submit>>,
    /// Where there is no field, the focus is on what changes nothing.
    #[prop(optional)]
    asks_only: bool,
    children: Children,
) -> impl IntoView {
    let dialog = closer();
    let refused = workspace::refusal_of(action);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(submit) = submit.run(()) {
            form.submit(submit, move || dialog.close());
        }
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=send>
            {children()}
            <ErrorNotice failure=form.failure said=refused />
            <div class="button-row">
                <Button autofocus=asks_only on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=look submit=true busy=form.busy refused=refused>{verb}</Button>
            </div>
        </form>
    }
}
