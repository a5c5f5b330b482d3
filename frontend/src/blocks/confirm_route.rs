//! The one path of "Remove X?": a question with an address of its own, over the page whose list it changes. It asks,
//! calls, says what was done and goes back to the page.

use super::error_notice::ErrorNotice;
use crate::{
    state::{
        form::{Form, Submit},
        go, workspace,
    },
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::Action;
use leptos::prelude::*;

#[component]
pub fn ConfirmRoute(
    #[prop(into)] title: Signal<String>,
    /// What the button says.
    verb: &'static str,
    /// What the other one says.
    #[prop(default = "Cancel")]
    back: &'static str,
    /// Where nothing brings it back: the name that has to be typed.
    #[prop(optional, into)]
    typed: Option<String>,
    /// What the person has to be allowed to do.
    #[prop(optional, into)]
    action: Option<Action>,
    /// Why it may not be done, where that is not the action's reason alone.
    #[prop(optional, into)]
    refused: Option<Signal<Option<String>>>,
    /// What to send; nothing where the thing is not there, and the question closes.
    #[prop(into)]
    confirm: Callback<(), Option<Submit>>,
    /// The page below.
    #[prop(into)]
    page: Callback<(), String>,
    /// The consequence.
    children: ChildrenFn,
) -> impl IntoView {
    let form = Form::new(&[]);
    let reason = workspace::refusal_of(action);
    let close = move || go::within(&page.run(()));
    let on_confirm = Callback::new(move |()| match confirm.run(()) {
        Some(submit) => form.submit(submit, dialog::close_top),
        None => close(),
    });
    view! {
        <Confirm
            title=title
            verb=verb
            back=back
            typed=typed
            busy=form.busy
            refused=refused.unwrap_or(reason)
            on_confirm=on_confirm
            on_close=move |()| close()
        >
            <p class="lead">{children()}</p>
            <ErrorNotice failure=form.failure said=reason />
        </Confirm>
    }
}
