//! A dialog on the native element: it holds the focus, Escape closes it, and focus goes back where it was.

use super::{button::unique, icon::Icon};
use crate::browser;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Closes the dialog that it was made for.
#[derive(Clone, Copy)]
pub struct Closer(NodeRef<html::Dialog>);

impl Closer {
    pub fn close(self) {
        if let Some(dialog) = self.0.try_get_untracked().flatten() {
            dialog.close();
        }
    }
}

#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    #[prop(default = "dialog")] class: &'static str,
    /// After it has closed, by whatever way.
    #[prop(into)]
    on_close: Callback<()>,
    /// While this holds, Escape and the cross do not close it: who tries is told why.
    #[prop(optional, into)]
    held: Signal<bool>,
    #[prop(optional, into)] on_held: Option<Callback<()>>,
    children: TypedChildrenFn<AnyView>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = unique("dialog");
    let labelled = heading.clone();
    let closer = Closer(node);
    provide_context(closer);
    show(node);
    let holds = move || {
        let holds = held.get_untracked();
        if let Some(call) = on_held.filter(|_| holds) {
            call.run(());
        }
        holds
    };
    let cancel = move |event: leptos::ev::Event| {
        if holds() {
            event.prevent_default();
        }
    };
    let cross = move |_| {
        if !holds() {
            closer.close();
        }
    };
    view! {
        <dialog class=class node_ref=node aria-labelledby=labelled on:cancel=cancel on:close=move |_| closed(on_close)>
            <div class="inside">
                <header>
                    <h2 id=heading>{title}</h2>
                    <button
                        class="button quiet only-icon"
                        type="button"
                        aria-label="Close"
                        on:click=cross
                    >
                        {Icon::X.view()}
                    </button>
                </header>
                {children.into_inner()()}
            </div>
        </dialog>
    }
}

/// What holds after any dialog has closed: its maker hears of it, and the focus is somewhere.
pub fn closed(on_close: Callback<()>) {
    on_close.try_run(());
    browser::rescue_focus();
}

/// Opens a dialog as soon as it stands in the page.
pub fn show(node: NodeRef<html::Dialog>) {
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            drop(dialog.show_modal());
        }
    });
}

/// The dialog around this component.
pub fn closer() -> Closer {
    use_context::<Closer>().unwrap_or_else(|| Closer(NodeRef::new()))
}

/// Closes the dialog that lies on top.
pub fn close_top() {
    let Some(open) = browser::document().and_then(|d| d.query_selector_all("dialog[open]").ok()) else { return };
    let top = open.length().checked_sub(1).and_then(|last| open.item(last));
    if let Some(dialog) = top.and_then(|node| node.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        dialog.close();
    }
}
