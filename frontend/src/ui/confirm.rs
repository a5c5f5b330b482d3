//! The one way to ask before something is done: verb and noun, the consequence, "Cancel" and the verb.

use super::{
    button::{Button, Look},
    dialog::{Dialog, closer},
    field::TextField,
};
use crate::browser;
use guildhall_shared::Issue;
use leptos::{html, prelude::*};

#[component]
pub fn Confirm(
    #[prop(into)] title: Signal<String>,
    /// What the button says.
    verb: &'static str,
    /// What the other one says.
    #[prop(default = "Cancel")]
    back: &'static str,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Why it may not be done.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// Where nothing brings it back: the name that has to be typed.
    #[prop(optional_no_strip, into)]
    typed: Option<String>,
    on_confirm: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
    /// The consequence, and whatever went wrong.
    children: ChildrenFn,
) -> impl IntoView {
    let inside = move || {
        view! {
            <Inside verb=verb back=back busy=busy refused=refused typed=typed.clone() on_confirm=on_confirm children=children.clone() />
        }
        .into_any()
    };
    view! { <Dialog title=title careless=true on_close=on_close children=ToChildren::to_children(inside) /> }
}

#[component]
fn Inside(
    verb: &'static str,
    back: &'static str,
    busy: Signal<bool>,
    refused: Signal<Option<String>>,
    typed: Option<String>,
    on_confirm: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = closer();
    let text = RwSignal::new(String::new());
    let unlike = RwSignal::new(None);
    let node = NodeRef::<html::Form>::new();
    let wanted = typed.clone();
    let confirm = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match &wanted {
            Some(wanted) if *wanted != text.get_untracked() => {
                unlike.set(Some(Issue::new(format!("Type {wanted} to confirm.")).message));
                browser::next_frame(move || {
                    let form = node.try_get_untracked().flatten();
                    if let Some(field) = form.and_then(|form| form.query_selector("input").ok().flatten()) {
                        browser::focus(&field);
                    }
                });
            }
            _ if busy.get_untracked() => {}
            _ => on_confirm.run(()),
        }
    };
    view! {
        <form class="form" method="post" novalidate node_ref=node on:submit=confirm>
            {children()}
            {typed
                .map(|name| {
                    view! {
                        <TextField label=format!("Type {name} to confirm") name="confirm" value=text refused=unlike />
                    }
                })}
            <div class="button-row">
                <Button autofocus=true on_click=move |_| dialog.close()>{back}</Button>
                <Button look=Look::Danger submit=true busy=busy refused=refused>{verb}</Button>
            </div>
        </form>
    }
}
