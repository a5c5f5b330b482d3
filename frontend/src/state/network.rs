//! Whether the server can be reached, by the browser's word and by the last call.

use super::follow::follow;
use crate::browser;
use leptos::prelude::*;

thread_local! {
    static REACHED: ArcRwSignal<bool> = ArcRwSignal::new(true);
    /// How often the server could be reached again.
    static RECOVERED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

pub fn is_reached() -> ArcRwSignal<bool> {
    REACHED.with(Clone::clone)
}

pub fn reached(now: bool) {
    let reached = is_reached();
    if reached.get_untracked() != now {
        reached.set(now);
        if now {
            RECOVERED.with(|recovered| recovered.update(|times| *times += 1));
        }
    }
}

/// Calls whenever the server can be reached again, as long as the page stands that asks.
pub fn on_recovery(call: impl Fn() + 'static) {
    let recovered = follow(|| RECOVERED.with(Get::get));
    Effect::new(move |before: Option<u32>| {
        let times = recovered.get();
        if before.is_some_and(|before| before != times) {
            call();
        }
        times
    });
}

pub fn install() {
    if let Some(window) = browser::window() {
        browser::listen(&window, "offline", |_| reached(false));
        browser::listen(&window, "online", |_| reached(true));
    }
}
