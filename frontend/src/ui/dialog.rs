//! A dialog on the native element: it holds the focus, Escape closes it, and focus goes back where it was. What was
//! typed in it does not go unasked.

use super::{button::unique, icon::Icon};
use crate::{
    browser,
    state::{
        opened,
        unsaved::{self, TYPED, Way},
    },
};
use leptos::{html, prelude::*};
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The dialog about which is asked whether what was typed in it may go.
    static ASKED: Cell<Option<NodeRef<html::Dialog>>> = const { Cell::new(None) };
    /// Whether the frame of what comes now has just been shown.
    static FRAMED: Cell<bool> = const { Cell::new(false) };
}

/// Closes the dialog that it was made for.
#[derive(Clone, Copy)]
pub struct Closer {
    node: NodeRef<html::Dialog>,
    /// What closing it loses.
    loses: RwSignal<Option<&'static str>>,
}

impl Closer {
    fn new(node: NodeRef<html::Dialog>) -> Self {
        Self { node, loses: RwSignal::new(None) }
    }

    /// What the dialog was for is done.
    pub fn close(self) {
        if let Some(dialog) = self.node.try_get_untracked().flatten() {
            dialog.close();
        }
    }

    /// Closes where nothing is lost, and asks where something is.
    pub fn cancel(self) {
        if !self.asks() {
            self.close();
        }
    }

    /// From now on closing loses something, as this sentence says; or nothing any more.
    pub fn loses(self, what: Option<&'static str>) {
        self.loses.set(what);
        match what {
            Some(what) => unsaved::warn(what),
            None => unsaved::forget(),
        }
    }

    fn asks(self) -> bool {
        let asks = self.loses.try_get_untracked().flatten().is_some();
        if asks {
            ASKED.set(Some(self.node));
            unsaved::leaving().set(Some(Way::Close));
        }
        asks
    }
}

/// What has taken the place of its frame gets the focus that the frame had.
fn focus_first(node: NodeRef<html::Dialog>) {
    let Some(dialog) = node.try_get_untracked().flatten() else { return };
    let typing = browser::document().and_then(|document| document.active_element());
    let is_free = typing.is_none_or(|element| element.closest("form").ok().flatten().is_none());
    if is_free && let Ok(Some(first)) = dialog.query_selector("[autofocus]") {
        browser::focus(&first);
    }
}

/// The answer was that it may go.
pub fn discard() {
    if let Some(dialog) = ASKED.take().and_then(|node| node.try_get_untracked().flatten()) {
        dialog.close();
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
    /// Whether what is typed here may go unasked: a question, a password.
    #[prop(optional)]
    careless: bool,
    children: TypedChildrenFn<AnyView>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = unique("dialog");
    let labelled = heading.clone();
    let closer = Closer::new(node);
    provide_context(closer);
    show(node);
    let stays = move || {
        let holds = held.get_untracked();
        if let Some(call) = on_held.filter(|_| holds) {
            call.run(());
        }
        holds || closer.asks()
    };
    // Left to the browser, one Escape closes all dialogs that opened without a click or a key in between (HTML, "Close
    // requests and close watchers"), and the second of two closes whatever it is told. So the key is answered here alone.
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() != "Escape" || event.default_prevented() || event.is_composing() || has_popover() {
            return;
        }
        event.prevent_default();
        if !stays() {
            closer.close();
        }
    };
    let cancel = move |event: leptos::ev::Event| {
        if stays() {
            event.prevent_default();
        }
    };
    let cross = move |_| {
        if !stays() {
            closer.close();
        }
    };
    let typed = move |_| {
        if !careless && closer.loses.get_untracked().is_none() {
            closer.loses(Some(TYPED));
        }
    };
    let gone = move |_| {
        // The event comes a while after the closing. Where the element has been shown again by then, it is of the showing
        // before.
        if node.try_get_untracked().flatten().is_some_and(|dialog| dialog.open()) {
            return;
        }
        if closer.loses.get_untracked().is_some() {
            closer.loses(None);
        }
        closed(on_close);
    };
    let still = FRAMED.take();
    if still {
        browser::next_frame(move || focus_first(node));
    }
    view! {
        <dialog
            class=class
            class:still=still
            node_ref=node
            aria-labelledby=labelled
            on:keydown=key
            on:cancel=cancel
            on:input=typed
            on:close=gone
        >
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

/// Stands there until the dialog itself has come, or says why it does not.
#[component]
pub fn Frame(
    #[prop(into)] title: String,
    #[prop(into)] on_close: Callback<()>,
    children: TypedChildrenFn<AnyView>,
) -> impl IntoView {
    on_cleanup(|| FRAMED.set(true));
    view! { <Dialog title=Signal::stored(title) on_close=on_close children=children /> }
}

/// What holds after any dialog has closed: its maker hears of it, and the focus is somewhere.
pub fn closed(on_close: Callback<()>) {
    on_close.try_run(());
    opened::come_back();
}

/// Opens a dialog as soon as it is in the page.
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
    use_context::<Closer>().unwrap_or_else(|| Closer::new(NodeRef::new()))
}

/// Whether something lies over the dialogs that Escape closes first.
fn has_popover() -> bool {
    browser::document()
        .is_some_and(|document| document.query_selector(":popover-open").is_ok_and(|open| open.is_some()))
}

/// Closes the dialog that lies on top.
pub fn close_top() {
    let Some(open) = browser::document().and_then(|d| d.query_selector_all("dialog[open]").ok()) else { return };
    let top = open.length().checked_sub(1).and_then(|last| open.item(last));
    if let Some(dialog) = top.and_then(|node| node.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        dialog.close();
    }
}
