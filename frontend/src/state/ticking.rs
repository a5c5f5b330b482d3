//! A moment that moves on by itself, for times that say how long ago.

use super::follow::follow;
use crate::{browser, clock};
use guildhall_shared::Timestamp;
use leptos::{prelude::*, task::spawn_local};

#[derive(Clone, Copy)]
pub struct Ticking(RwSignal<Timestamp>);

impl Ticking {
    /// For the root. Moves on every half minute.
    pub fn provide() -> Self {
        let ticking = Self(RwSignal::new(clock::now()));
        provide_context(ticking);
        spawn_local(async move {
            loop {
                browser::sleep(30_000).await;
                ticking.catch_up();
            }
        });
        ticking
    }

    /// At once, where the server's clock turns out to be another than was thought.
    pub fn catch_up(self) {
        self.0.set(clock::now());
    }
}

/// For the one page that asks.
pub fn now() -> Signal<Timestamp> {
    match use_context::<Ticking>() {
        Some(Ticking(now)) => follow(move || now.get()).into(),
        None => Signal::stored(clock::now()),
    }
}
