//! Whether the server can be reached, by the browser's word and by the last call.

use crate::browser;
use leptos::prelude::*;

thread_local! {
    static REACHED: ArcRwSignal<bool> = ArcRwSignal::new(true);
}

pub fn is_reached() -> ArcRwSignal<bool> {
    REACHED.with(Clone::clone)
}

pub fn reached(now: bool) {
    let reached = is_reached();
    if reached.get_untracked() != now {
        reached.set(now);
    }
}

pub fn install() {
    if let Some(window) = browser::window() {
        browser::listen(&window, "offline", |_| reached(false));
        browser::listen(&window, "online", |_| reached(true));
    }
}
