//! A moment that moves on by itself, for times that say how long ago.

use crate::{browser, clock};
use guildhall_shared::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

thread_local! {
    static NOW: ArcRwSignal<Timestamp> = ArcRwSignal::new(clock::now());
}

pub fn now() -> ArcRwSignal<Timestamp> {
    NOW.with(Clone::clone)
}

/// Moves it on every half minute.
pub fn install() {
    spawn_local(async {
        loop {
            browser::sleep(30_000).await;
            now().set(clock::now());
        }
    });
}
