//! The browser's own things, each asked for without a panic: window, document, storage, focus.

use guildhall_shared::destination::Destination;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, EventTarget, HtmlElement, Storage, Url, UrlSearchParams, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// A value that outlives the page; `None` where the browser refuses storage.
pub fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

pub fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        drop(storage.set_item(name, value));
    }
}

/// Eight hexadecimal digits.
pub fn random_id() -> String {
    let number = js_sys::Math::random() * f64::from(u32::MAX);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies within u32")]
    let number = number as u32;
    format!("{number:08x}")
}

pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        drop(element.focus());
    }
}

/// As `focus`, and the page moves no further than it must to show it.
pub fn focus_in_place(element: &Element) {
    let Some(html) = element.dyn_ref::<HtmlElement>() else { return };
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    drop(html.focus_with_options(&options));
    let place = html.get_bounding_client_rect();
    let height = window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default();
    // The top bar covers what stands at the very top.
    if element.tag_name() != "H1" && (place.top() < 48.0 || place.bottom() > height) {
        element.scroll_into_view_with_scroll_into_view_options(&nearest());
    }
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// Where what had the focus has left the page, it goes to the row that has just changed, or to the heading.
pub fn rescue_focus() {
    next_frame(|| {
        next_frame(|| {
            let Some(document) = document() else { return };
            if document.active_element().is_some_and(|element| element.tag_name() != "BODY") {
                return;
            }
            for wanted in [".changed button", "main h1"] {
                if let Ok(Some(element)) = document.query_selector(wanted) {
                    return focus(&element);
                }
            }
        });
    });
}

/// Calls for the rest of the page's life.
pub fn listen(target: &EventTarget, event: &str, call: impl Fn(web_sys::Event) + 'static) {
    let call = Closure::<dyn Fn(web_sys::Event)>::new(call);
    drop(target.add_event_listener_with_callback(event, call.as_ref().unchecked_ref()));
    call.forget();
}

/// As `listen`, before the elements themselves hear of it.
pub fn listen_first(target: &EventTarget, event: &str, call: impl Fn(web_sys::Event) + 'static) {
    let call = Closure::<dyn Fn(web_sys::Event)>::new(call);
    let function = call.as_ref().unchecked_ref();
    drop(target.add_event_listener_with_callback_and_bool(event, function, true));
    call.forget();
}

/// Calls once, after what is now being drawn stands in the page.
pub fn next_frame(call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let (Some(window), Some(call)) = (window(), call.dyn_ref::<js_sys::Function>()) {
        drop(window.request_animation_frame(call));
    }
}

pub async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis));
        }
    });
    drop(wasm_bindgen_futures::JsFuture::from(promise).await);
}

/// A text as the browser reads it where it stands for an address, and our own origin.
fn destination(text: &str) -> Option<(Destination, String)> {
    let origin = window()?.location().origin().ok()?;
    let url = Url::new_with_base(text, &origin).ok()?;
    let parts = Destination { origin: url.origin(), path: url.pathname(), query: url.search(), fragment: url.hash() };
    Some((parts, origin))
}

/// The address of a place of ours; `None` where a text leads elsewhere.
pub fn own_address(text: &str) -> Option<String> {
    let (destination, origin) = destination(text)?;
    destination.within(&origin)
}

/// The page that one may go on to after signing in, if a text names one.
pub fn next_page(text: &str) -> Option<String> {
    let (destination, origin) = destination(text)?;
    destination.next(&origin)
}

/// The address of a website, which a person may follow; `None` where a text is none.
pub fn website(text: &str) -> Option<String> {
    let url = Url::new(text).ok()?;
    ["https:", "http:"].contains(&url.protocol().as_str()).then(|| url.href())
}

/// Loads another page of ours, or the same one anew, with a fresh program.
pub fn load(href: &str) {
    if let (Some(window), Some(href)) = (window(), own_address(href)) {
        drop(window.location().assign(&href));
    }
}

/// As the browser's own button.
pub fn back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        drop(history.back());
    }
}

pub fn reload() {
    if let Some(window) = window() {
        drop(window.location().reload());
    }
}

/// Puts a text on the clipboard; false where the browser refuses.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = window.navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Whether the browser has passkeys.
pub fn has_passkeys() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &"PublicKeyCredential".into()).unwrap_or(false)
}

/// Whether the browser can be told which passkeys an account has.
pub fn hears_of_passkeys() -> bool {
    let class = js_sys::Reflect::get(&js_sys::global(), &"PublicKeyCredential".into()).unwrap_or_default();
    class.is_function() && js_sys::Reflect::has(&class, &"signalAllAcceptedCredentials".into()).unwrap_or(false)
}

/// What the browser says that it is.
pub fn user_agent() -> String {
    window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// Calls once, when the browser has nothing else to do.
pub fn idly(call: impl FnOnce() + 'static) {
    let Some(window) = window() else { return };
    let idle = js_sys::Reflect::get(&window, &"requestIdleCallback".into()).ok();
    match idle.and_then(|idle| idle.dyn_into::<js_sys::Function>().ok()) {
        Some(idle) => drop(idle.call1(&window, &Closure::once_into_js(call))),
        None => next_frame(call),
    }
}

/// As the browser's own command.
pub fn print() {
    if let Some(window) = window() {
        drop(window.print());
    }
}

/// An address of a text, from which it can be saved as a file. It lives until it is forgotten.
pub fn text_address(text: &str) -> String {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/plain;charset=utf-8");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options);
    blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob)).unwrap_or_default()
}

pub fn forget_address(address: &str) {
    drop(web_sys::Url::revoke_object_url(address));
}

/// A value in a URL's fragment, `#name=value`, which no server sees; `None` where the fragment has no such name.
pub fn in_fragment(fragment: &str, name: &str) -> Option<String> {
    let values = UrlSearchParams::new_with_str(fragment.strip_prefix('#')?).ok()?;
    values.get(name)
}

/// A country's name in English by its code; empty where there is none.
pub fn country(code: &str) -> String {
    match code {
        "" | "XX" => String::new(),
        // What the edge calls the network that hides where one is.
        "T1" => "Tor".to_owned(),
        _ => named(code).unwrap_or_else(|| code.to_owned()),
    }
}

fn named(region: &str) -> Option<String> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: js_sys::Function = js_sys::Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
    let options = js_sys::Object::new();
    drop(js_sys::Reflect::set(&options, &"type".into(), &"region".into()));
    let names = js_sys::Reflect::construct(&class, &js_sys::Array::of2(&"en-GB".into(), &options)).ok()?;
    let of: js_sys::Function = js_sys::Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    of.call1(&names, &region.into()).ok()?.as_string()
}

/// Whether a value is a text, and which.
pub fn text(value: &JsValue) -> Option<String> {
    value.as_string()
}
