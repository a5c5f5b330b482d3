//! A button with a menu of links and actions, on the native popover. That of a row begins with what has left its table.

use super::{button::unique, icon::Icon, left::Left};
use crate::browser;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

/// What opens the menu.
pub enum Opener {
    /// An icon; the words say what the menu is for.
    Icon(Icon),
    /// Anything else, with its class.
    View(AnyView, &'static str),
}

/// Where the menu's edge stands below its button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    Left,
    #[default]
    Right,
}

#[component]
pub fn Menu(
    #[prop(into)] label: String,
    opener: Opener,
    #[prop(optional)] side: Side,
    children: ChildrenFn,
) -> impl IntoView {
    let id = unique("menu");
    let button = NodeRef::<html::Button>::new();
    let menu = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let left = use_context::<Left>();
    let facts = left.is_some().then(|| unique("facts"));
    let described = facts.clone();
    let toggled = toggle(open, button, menu, side, move || step(menu, Step::First));
    let label_of_items = label.clone();
    let (class, words, inside) = match opener {
        Opener::Icon(icon) => ("button quiet only-icon", Some(label), icon.view()),
        Opener::View(view, class) => (class, Some(label), view),
    };
    view! {
        <button
            class=class
            type="button"
            node_ref=button
            aria-label=words
            aria-haspopup="menu"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            popovertarget=id.clone()
            on:keydown=move |event: KeyboardEvent| {
                if event.key() == "ArrowDown" && !open.get_untracked() {
                    event.prevent_default();
                    if let Some(button) = button.get_untracked() {
                        button.click();
                    }
                }
            }
        >
            {inside}
        </button>
        <div
            class="menu"
            id=id
            popover="auto"
            node_ref=menu
            on:toggle=toggled
            on:keydown=move |event| keys(menu, &event)
            on:click=move |event| chosen(menu, &event)
        >
            {move || open.get().then(|| left.as_ref().zip(facts.clone()).map(|(left, id)| left.view(id)))}
            <div role="menu" aria-label=label_of_items aria-describedby=described>
                {move || open.get().then(|| children())}
            </div>
        </div>
    }
}

/// Keeps `open` as the popover is, and the popover with its button.
fn toggle(
    open: RwSignal<bool>,
    button: NodeRef<html::Button>,
    layer: NodeRef<html::Div>,
    side: Side,
    shown: impl Fn() + Copy + 'static,
) -> impl Fn(leptos::ev::Event) + Copy {
    // An open one stays with its button when the window changes.
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        if open.try_get_untracked() == Some(true) {
            place(button, layer, side);
        }
    });
    on_cleanup(move || resized.remove());
    move |event: leptos::ev::Event| {
        let state = js_sys::Reflect::get(&event, &JsValue::from_str("newState")).ok();
        let is_open = state.as_ref().and_then(browser::text).as_deref() == Some("open");
        open.set(is_open);
        if is_open {
            browser::next_frame(move || {
                place(button, layer, side);
                shown();
            });
        }
    }
}

/// As for a menu, for a layer of words alone.
pub fn follow_toggle(
    open: RwSignal<bool>,
    button: NodeRef<html::Button>,
    layer: NodeRef<html::Div>,
) -> impl Fn(leptos::ev::Event) + Copy {
    toggle(open, button, layer, Side::Right, || ())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    First,
    Last,
    Next,
    Before,
}

fn keys(menu: NodeRef<html::Div>, event: &KeyboardEvent) {
    let to = match event.key().as_str() {
        "ArrowDown" => Step::Next,
        "ArrowUp" => Step::Before,
        "Home" => Step::First,
        "End" => Step::Last,
        "Tab" => return hide(menu),
        _ => return,
    };
    event.prevent_default();
    step(menu, to);
}

/// An item was chosen: the menu closes, and focus returns to its button before the item acts.
fn chosen(menu: NodeRef<html::Div>, event: &leptos::ev::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let item = target.and_then(|target| target.closest("[role^=menuitem]:not([aria-disabled=true])").ok().flatten());
    if item.is_some() {
        hide(menu);
    }
}

fn hide(menu: NodeRef<html::Div>) {
    if let Some(menu) = menu.get_untracked() {
        drop(menu.hide_popover());
    }
}

fn step(menu: NodeRef<html::Div>, to: Step) {
    let Some(menu) = menu.try_get_untracked().flatten() else { return };
    let Ok(items) = menu.query_selector_all("[role^=menuitem]") else { return };
    let count = items.length();
    let here = browser::document().and_then(|document| document.active_element());
    let at = (0..count).find(|at| {
        items.item(*at).is_some_and(|item| here.as_ref().is_some_and(|here| here.is_same_node(item.dyn_ref())))
    });
    let wanted = match (to, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Before, None) => count.saturating_sub(1),
        (Step::Next, Some(at)) => {
            if at + 1 < count {
                at + 1
            } else {
                0
            }
        }
        (Step::Before, Some(at)) => at.checked_sub(1).unwrap_or(count.saturating_sub(1)),
    };
    if let Some(item) = items.item(wanted).and_then(|item| item.dyn_into::<web_sys::Element>().ok()) {
        browser::focus(&item);
    }
}

/// Puts the menu below its button, or above where there is no room.
fn place(button: NodeRef<html::Button>, menu: NodeRef<html::Div>, side: Side) {
    let (Some(button), Some(menu)) = (button.try_get_untracked().flatten(), menu.try_get_untracked().flatten()) else {
        return;
    };
    let (anchor, own) = (button.get_bounding_client_rect(), menu.get_bounding_client_rect());
    let Some(root) = browser::document().and_then(|document| document.document_element()) else { return };
    let (width, height) = (f64::from(root.client_width()), f64::from(root.client_height()));
    let left = match side {
        Side::Left => anchor.left(),
        Side::Right => anchor.right() - own.width(),
    };
    let left = left.min(width - own.width() - 8.0).max(8.0);
    let below = anchor.bottom() + 4.0;
    let top = if below + own.height() > height - 8.0 { (anchor.top() - own.height() - 4.0).max(8.0) } else { below };
    let style = web_sys::HtmlElement::style(&menu);
    drop(style.set_property("left", &pixels(left)));
    drop(style.set_property("top", &pixels(top)));
}

/// Whole pixels: to write fractions takes several kilobytes of program.
fn pixels(length: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    let whole = length.round() as i32;
    format!("{whole}px")
}

/// An item that leads to a page.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional)] danger: bool,
    #[prop(optional)] current: bool,
    /// Why it may not be followed.
    #[prop(default = None)]
    refused: Option<String>,
) -> impl IntoView {
    if let Some(why) = refused {
        return view! {
            <button role="menuitem" type="button" tabindex="-1" aria-disabled="true">
                {icon.map(Icon::view)}
                <span class="words">{label}<span class="why">{why}</span></span>
            </button>
        }
        .into_any();
    }
    view! {
        <a role="menuitem" href=href tabindex="-1" class:danger=danger aria-current=current.then_some("true")>
            {icon.map(Icon::view)}
            <span class="words"><bdi>{label}</bdi></span>
            {current.then(|| Icon::Check.view())}
        </a>
    }
    .into_any()
}

/// An item that does something at once.
#[component]
pub fn MenuAction(
    #[prop(into)] label: String,
    #[prop(optional, into)] icon: Option<Icon>,
    /// For one of a few: whether it is the one.
    #[prop(optional, into)]
    checked: Option<bool>,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
            type="button"
            tabindex="-1"
            aria-checked=checked.map(|checked| if checked { "true" } else { "false" })
            on:click=move |_| on_choose.run(())
        >
            {icon.map(Icon::view)}
            <span class="words">{label}</span>
            {(checked == Some(true)).then(|| Icon::Check.view())}
        </button>
    }
}
