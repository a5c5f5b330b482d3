//! A moment that moves on by itself, for times that say how long ago.

use super::follow::follow;
use crate::{browser, clock};
use guildhall_shared::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

thread_local! {
    static NOW: ArcRwSignal<Timestamp> = ArcRwSignal::new(clock::now());
}

/// For the one page that asks.
pub fn now() -> Signal<Timestamp> {
    follow(|| NOW.with(Get::get)).into()
}

/// At once, where the server's clock turns out to be another than was thought.
pub fn catch_up() {
    NOW.with(|now| now.set(clock::now()));
}

/// Moves it on every half minute.
pub fn install() {
    spawn_local(async {
        loop {
            browser::sleep(30_000).await;
            catch_up();
        }
    });
}
