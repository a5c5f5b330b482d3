//! One thing that a page reads from the server: waiting, ready or failed. Ends its request when the page goes,
//! and keeps the value while it asks again. `resource_list` is the same for lists.

use super::network;
use crate::api::{Failure, call::Abort, failure::Kind};
use leptos::{prelude::*, task::spawn_local};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    Waiting,
    Ready(T),
    Failed(Failure),
}

/// Whether it would come now that the server can be reached.
pub fn was_unreachable<T>(load: &Load<T>) -> bool {
    matches!(load, Load::Failed(failure) if failure.kind == Kind::Unreachable)
}

/// One thing.
pub struct Query<T: Send + Sync + 'static> {
    pub load: RwSignal<Load<T>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Query<T> {}

impl<T: Clone + Send + Sync + 'static> Query<T> {
    /// Asks at once, and again whenever the key changes.
    pub fn new<K, F>(key: impl Fn() -> K + 'static, fetch: impl Fn(K, Abort) -> F + 'static) -> Self
    where
        K: Clone + PartialEq + 'static,
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let load = RwSignal::new(Load::Waiting);
        let again = RwSignal::new(0);
        let under_way = UnderWay::new();
        Effect::new(move |before: Option<K>| {
            again.track();
            let key = key();
            if before.is_some_and(|before| before != key) {
                load.set(Load::Waiting);
            }
            let answer = fetch(key.clone(), under_way.next());
            spawn_local(async move { store_result(load, answer.await) });
            key
        });
        let query = Self { load, again };
        network::on_recovery(move || {
            if load.with_untracked(was_unreachable) {
                query.ask_again();
            }
        });
        query
    }

    pub fn ask_again(self) {
        if matches!(self.load.get_untracked(), Load::Failed(_)) {
            self.load.set(Load::Waiting);
        }
        self.again.update(|times| *times += 1);
    }
}

/// The request that is under way; it ends when the next one starts, or the page goes.
#[derive(Clone)]
pub struct UnderWay(Arc<Mutex<Abort>>);

impl UnderWay {
    pub fn new() -> Self {
        let new = Self(Arc::new(Mutex::new(Abort::new())));
        let last = new.clone();
        on_cleanup(move || drop(last.next()));
        new
    }

    pub fn next(&self) -> Abort {
        let next = Abort::new();
        if let Ok(mut current) = self.0.lock() {
            current.end();
            *current = next.clone();
        }
        next
    }
}

/// Puts an answer in, unless the page has gone or the request was ended.
pub fn store_result<T: Send + Sync + 'static>(load: RwSignal<Load<T>>, result: Result<T, Failure>) {
    match result {
        Ok(value) => drop(load.try_set(Load::Ready(value))),
        Err(failure) if failure.kind == Kind::Aborted => {}
        Err(failure) => drop(load.try_set(Load::Failed(failure))),
    }
}
