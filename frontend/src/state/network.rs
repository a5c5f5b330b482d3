//! Whether the server can be reached, by the browser's word and by the last call.

use super::follow::follow;
use crate::browser;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Network {
    pub is_reached: RwSignal<bool>,
    /// How often the server could be reached again.
    recovered: RwSignal<u32>,
}

impl Network {
    fn new() -> Self {
        Self { is_reached: RwSignal::new(true), recovered: RwSignal::new(0) }
    }

    /// For the root. Listens to the browser, which knows when it is offline.
    pub fn provide() -> Self {
        let network = Self::new();
        provide_context(network);
        if let Some(window) = browser::window() {
            browser::listen(&window, "offline", move |_| network.reached(false));
            browser::listen(&window, "online", move |_| network.reached(true));
        }
        network
    }

    pub fn around() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    pub fn reached(self, now: bool) {
        if self.is_reached.get_untracked() != now {
            self.is_reached.set(now);
            if now {
                self.recovered.update(|times| *times += 1);
            }
        }
    }
}

/// Calls whenever the server can be reached again, as long as the page stands that asks.
pub fn on_recovery(call: impl Fn() + 'static) {
    let network = Network::around();
    let recovered = follow(move || network.recovered.get());
    Effect::new(move |before: Option<u32>| {
        let times = recovered.get();
        if before.is_some_and(|before| before != times) {
            call();
        }
        times
    });
}

#[cfg(test)]
mod tests {
    use super::Network;
    use leptos::{prelude::*, reactive::owner::Owner};

    #[test]
    fn a_recovery_counts_once_however_many_calls_see_it() {
        let owner = Owner::new();
        owner.set();
        let network = Network::new();
        for (reached, recovered) in [(true, 0), (false, 0), (false, 0), (true, 1), (true, 1), (false, 1), (true, 2)] {
            network.reached(reached);
            assert_eq!((network.is_reached.get_untracked(), network.recovered.get_untracked()), (reached, recovered));
        }
    }
}
