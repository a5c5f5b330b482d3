//! Going to another page from code that is no component: after an answer, from a key, from a menu.

use crate::browser;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::{cell::RefCell, rc::Rc};

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

thread_local! {
    static NAVIGATE: RefCell<Option<Navigate>> = const { RefCell::new(None) };
}

/// To be called once, inside the router.
pub fn install() {
    let navigate = use_navigate();
    NAVIGATE.replace(Some(Rc::new(move |href: &str, options| navigate(href, options))));
}

pub fn to(href: &str) {
    go(href, NavigateOptions::default());
}

/// In place of this page, so that Back does not return here.
pub fn instead(href: &str) {
    go(href, NavigateOptions { replace: true, ..Default::default() });
}

/// Within the page: a filter, a closed form. Nothing scrolls.
pub fn within(href: &str) {
    go(href, NavigateOptions { replace: true, scroll: false, ..Default::default() });
}

fn go(href: &str, options: NavigateOptions) {
    let navigate = NAVIGATE.with_borrow(Clone::clone);
    // The router takes what leads elsewhere there, and panics at an address that its page may not have.
    if let (Some(navigate), Some(href)) = (navigate, browser::own_address(href)) {
        navigate(&href, options);
    }
}
