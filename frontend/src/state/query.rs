//! What a page reads from the server: waits, is there, or failed. Ends its request when the page goes,
//! and keeps what it has while it asks again.

use super::network;
use crate::api::{Answer, Failure, client::Abort, failure::Kind};
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
            spawn_local(async move { settle(load, answer.await) });
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
pub fn settle<T: Send + Sync + 'static>(load: RwSignal<Load<T>>, result: Result<T, Failure>) {
    match result {
        Ok(value) => drop(load.try_set(Load::Ready(value))),
        Err(failure) if failure.kind == Kind::Aborted => {}
        Err(failure) => drop(load.try_set(Load::Failed(failure))),
    }
}

/// The rows of a list that comes in pages.
pub type Rows<T> = Vec<Arc<T>>;

/// A list: its first page at once, the others behind it or one by one.
pub struct Pages<T: Send + Sync + 'static> {
    pub load: RwSignal<Load<Rows<T>>>,
    /// The next page, where there is one.
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    /// Why a later page did not come.
    pub trouble: RwSignal<Option<Failure>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Pages<T> {}

/// How many pages come before what is shown grows once more.
const STEP: usize = 12;

impl<T: Send + Sync + 'static> Pages<T> {
    /// Reads the first page, and all that follow if `whole`. `fetch` gets the path of a later page.
    pub fn new<K, F>(
        key: impl Fn() -> K + 'static,
        whole: bool,
        fetch: impl Fn(K, Option<String>, Abort) -> F + Clone + 'static,
    ) -> Self
    where
        K: Clone + PartialEq + 'static,
        F: Future<Output = Result<Answer<Vec<T>>, Failure>> + 'static,
    {
        let pages = Self {
            load: RwSignal::new(Load::Waiting),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            again: RwSignal::new(0),
        };
        let under_way = UnderWay::new();
        Effect::new(move |before: Option<K>| {
            pages.again.track();
            let key = key();
            if before.is_some_and(|before| before != key) {
                pages.load.set(Load::Waiting);
            }
            let abort = under_way.next();
            let fetch = fetch.clone();
            let first = key.clone();
            spawn_local(async move {
                pages.read(whole, |next| fetch(first.clone(), next, abort.clone())).await;
            });
            key
        });
        network::on_recovery(move || {
            let rest = pages
                .trouble
                .with_untracked(|trouble| trouble.as_ref().is_some_and(|why| why.kind == Kind::Unreachable));
            if rest || pages.load.with_untracked(was_unreachable) {
                pages.trouble.set(None);
                pages.ask_again();
            }
        });
        pages
    }

    async fn read<F>(self, whole: bool, fetch: impl Fn(Option<String>) -> F)
    where
        F: Future<Output = Result<Answer<Vec<T>>, Failure>>,
    {
        let mut answer = match fetch(None).await {
            Ok(answer) => answer,
            Err(failure) => return settle(self.load, Err(failure)),
        };
        self.trouble.try_set(None);
        self.load.try_set(Load::Ready(answer.value.drain(..).map(Arc::new).collect()));
        self.next.try_set(answer.next.clone());
        if !whole {
            return;
        }
        self.busy.try_set(answer.next.is_some());
        let mut held = vec![];
        let mut count = 0;
        while let Some(next) = answer.next.take() {
            answer = match fetch(Some(next)).await {
                Ok(answer) => answer,
                Err(failure) => {
                    if failure.kind != Kind::Aborted {
                        self.trouble.try_set(Some(failure));
                        self.busy.try_set(false);
                    }
                    break;
                }
            };
            held.extend(answer.value.drain(..).map(Arc::new));
            count += 1;
            if answer.next.is_none() || count % STEP == 0 {
                self.add(std::mem::take(&mut held));
            }
            self.next.try_set(answer.next.clone());
            if answer.next.is_none() {
                self.busy.try_set(false);
            }
        }
        if !held.is_empty() {
            self.add(held);
        }
    }

    /// Puts an older page below the rows.
    pub fn more<F>(self, fetch: impl FnOnce(String) -> F + 'static)
    where
        F: Future<Output = Result<Answer<Vec<T>>, Failure>> + 'static,
    {
        let Some(next) = self.next.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        let answer = fetch(next);
        spawn_local(async move {
            let answer = answer.await;
            self.busy.try_set(false);
            match answer {
                Ok(answer) => {
                    self.add(answer.value.into_iter().map(Arc::new).collect());
                    self.next.try_set(answer.next);
                }
                Err(failure) => drop(self.trouble.try_set(Some(failure))),
            }
        });
    }

    fn add(self, more: Rows<T>) {
        self.change(|rows| rows.extend(more));
    }

    /// Changes the rows that are there: what an answer told, without asking for all of them again.
    pub fn change(self, change: impl FnOnce(&mut Rows<T>)) {
        self.load.try_update(|load| {
            if let Load::Ready(rows) = load {
                change(rows);
            }
        });
    }

    pub fn ask_again(self) {
        if matches!(*self.load.read_untracked(), Load::Failed(_)) {
            self.load.set(Load::Waiting);
        }
        self.again.update(|times| *times += 1);
    }

    /// The rows; none while they are not there.
    pub fn rows(self) -> Rows<T> {
        match &*self.load.read() {
            Load::Ready(rows) => rows.clone(),
            Load::Waiting | Load::Failed(_) => vec![],
        }
    }

    pub fn find(self, is_it: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        self.rows().into_iter().find(|row| is_it(row))
    }
}
