//! A list that a page reads from the server and shares with the forms over it: its rows, which of them has just
//! changed, and why it could not be read. What an answer told is put in without asking for all rows again.

use super::{
    network,
    query::{Load, UnderWay, store_result, was_unreachable},
};
use crate::api::{Answer, Failure, call::Abort, failure::Kind};
use leptos::{prelude::*, task::spawn_local};
use std::{fmt::Display, sync::Arc};

/// What a list has rows of.
pub trait Resource: Send + Sync + 'static {
    type Key: PartialEq + Display;

    /// What tells it from the others, in the table as well.
    fn key(&self) -> Self::Key;
}

/// The key of a row as a table has it.
pub fn row_key<T: Resource>(row: &T) -> String {
    row.key().to_string()
}

pub type Rows<T> = Vec<Arc<T>>;

/// A list: its first page at once, the others one by one.
pub struct ResourceList<T: Send + Sync + 'static> {
    pub load: RwSignal<Load<Rows<T>>>,
    /// The row that has just changed, by its key.
    pub changed: RwSignal<Option<String>>,
    /// The path of the next page, where there is one.
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    /// Why a later page did not come.
    pub trouble: RwSignal<Option<Failure>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync> Clone for ResourceList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for ResourceList<T> {}

impl<T: Send + Sync + 'static> ResourceList<T> {
    pub(super) fn empty() -> Self {
        Self {
            load: RwSignal::new(Load::Waiting),
            changed: RwSignal::new(None),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            again: RwSignal::new(0),
        }
    }

    /// A list that the server answers in one piece.
    pub fn whole<F>(fetch: impl Fn(Abort) -> F + Copy + 'static) -> Self
    where
        F: Future<Output = Result<Vec<T>, Failure>> + 'static,
    {
        Self::new(
            || (),
            move |(), abort| async move {
                let value = fetch(abort).await?;
                Ok(Answer { value, etag: None, next: None })
            },
        )
    }

    /// Reads the first page, again whenever the key changes.
    pub fn new<K, F>(key: impl Fn() -> K + 'static, fetch: impl Fn(K, Abort) -> F + 'static) -> Self
    where
        K: Clone + PartialEq + 'static,
        F: Future<Output = Result<Answer<Vec<T>>, Failure>> + 'static,
    {
        let list = Self::empty();
        let under_way = UnderWay::new();
        Effect::new(move |before: Option<K>| {
            list.asked_again();
            let key = key();
            if before.is_some_and(|before| before != key) {
                list.load.set(Load::Waiting);
            }
            let answer = fetch(key.clone(), under_way.next());
            spawn_local(async move {
                match answer.await {
                    Ok(answer) => {
                        list.trouble.try_set(None);
                        list.load.try_set(Load::Ready(answer.value.into_iter().map(Arc::new).collect()));
                        list.next.try_set(answer.next);
                    }
                    Err(failure) => store_result(list.load, Err(failure)),
                }
            });
            key
        });
        list.asks_on_recovery();
        list
    }

    /// Asks again for what did not come, once the server can be reached.
    pub(super) fn asks_on_recovery(self) {
        network::on_recovery(move || {
            let rest = self
                .trouble
                .with_untracked(|trouble| trouble.as_ref().is_some_and(|why| why.kind == Kind::Unreachable));
            if rest || self.load.with_untracked(was_unreachable) {
                self.trouble.set(None);
                self.ask_again();
            }
        });
    }

    /// It did not come: rows that are there stay.
    pub(super) fn fail(self, failure: Failure) {
        if self.load.try_with_untracked(|load| matches!(load, Load::Ready(_))).unwrap_or_default() {
            self.trouble.try_set(Some(failure));
        } else {
            store_result(self.load, Err(failure));
        }
    }

    /// What reads it runs once more with each `ask_again`.
    pub(super) fn asked_again(self) {
        self.again.track();
    }

    /// Marks in common with another list of the page: one row is marked at a time.
    pub fn beside<U: Send + Sync + 'static>(self, other: ResourceList<U>) -> Self {
        Self { changed: other.changed, ..self }
    }

    /// Gives the list down to the forms over the page.
    pub fn provide(self) -> Self {
        provide_context(self);
        self
    }

    /// The list of the page below; without one, a list that never comes.
    pub fn around() -> Self {
        use_context().unwrap_or_else(Self::empty)
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
                    self.append(answer.value.into_iter().map(Arc::new).collect());
                    self.next.try_set(answer.next);
                }
                Err(failure) => drop(self.trouble.try_set(Some(failure))),
            }
        });
    }

    pub(super) fn append(self, more: Rows<T>) {
        self.change(|rows| rows.extend(more));
    }

    fn change(self, change: impl FnOnce(&mut Rows<T>)) {
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
        self.with(Clone::clone).unwrap_or_default()
    }

    /// What is known of the rows once they are there.
    pub fn with<U>(self, what: impl FnOnce(&Rows<T>) -> U) -> Option<U> {
        match &*self.load.read() {
            Load::Ready(rows) => Some(what(rows)),
            Load::Waiting | Load::Failed(_) => None,
        }
    }

    /// Whether it is there and has no row.
    pub fn is_empty(self) -> bool {
        self.with(Vec::is_empty).unwrap_or_default()
    }

    /// Whether rows may still come by themselves.
    pub fn is_coming(self) -> bool {
        matches!(*self.load.read(), Load::Waiting) || self.busy.get()
    }

    /// Keeps these rows only.
    pub fn retain(self, keeps: impl Fn(&T) -> bool) {
        self.changed.set(None);
        self.change(|rows| rows.retain(|row| keeps(row)));
    }
}

impl<T: Resource> ResourceList<T> {
    pub fn get(self, key: &T::Key) -> Option<Arc<T>> {
        self.with(|rows| rows.iter().find(|row| row.key() == *key).cloned()).flatten()
    }

    pub fn mark(self, row: &T) {
        self.changed.set(Some(row_key(row)));
    }

    /// Puts a new row first.
    pub fn add(self, row: T) {
        self.mark(&row);
        self.change(|rows| add(rows, row));
    }

    /// Puts rows first that take the place of others, under other keys.
    pub fn add_in_place_of(self, new: Vec<T>, is_replaced: impl Fn(&T) -> bool) {
        if let Some(first) = new.first() {
            self.mark(first);
        }
        self.change(|rows| {
            rows.retain(|row| !is_replaced(row));
            rows.splice(0..0, new.into_iter().map(Arc::new));
        });
    }

    /// Puts a row in the place that it has; one that the list does not have comes with its page.
    pub fn put(self, row: T) {
        self.mark(&row);
        self.change(|rows| put(rows, row));
    }

    pub fn remove(self, key: &T::Key) {
        self.retain(|row| row.key() != *key);
    }
}

/// The answer of a call that was repeated may tell of a row that is there already.
fn add<T: Resource>(rows: &mut Rows<T>, row: T) {
    rows.retain(|other| other.key() != row.key());
    rows.insert(0, row.into());
}

fn put<T: Resource>(rows: &mut Rows<T>, row: T) {
    if let Some(place) = rows.iter_mut().find(|other| other.key() == row.key()) {
        *place = row.into();
    }
}

#[cfg(test)]
mod tests {
    use super::{Load, Resource, ResourceList, Rows, add, put};
    use leptos::{prelude::*, reactive::owner::Owner};

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Lamp(u8, &'static str);

    impl Resource for Lamp {
        type Key = u8;

        fn key(&self) -> u8 {
            self.0
        }
    }

    fn lamps() -> Rows<Lamp> {
        vec![Lamp(1, "red").into(), Lamp(2, "green").into()]
    }

    fn words(rows: &Rows<Lamp>) -> Vec<&'static str> {
        rows.iter().map(|lamp| lamp.1).collect()
    }

    #[test]
    fn a_new_row_comes_first_and_only_once() {
        let mut rows = lamps();
        add(&mut rows, Lamp(3, "blue"));
        assert_eq!(words(&rows), ["blue", "red", "green"]);
        add(&mut rows, Lamp(2, "white"));
        assert_eq!(words(&rows), ["white", "blue", "red"]);
    }

    #[test]
    fn a_changed_row_keeps_its_place_and_an_unknown_one_gets_none() {
        let mut rows = lamps();
        put(&mut rows, Lamp(2, "white"));
        assert_eq!(words(&rows), ["red", "white"]);
        put(&mut rows, Lamp(9, "blue"));
        assert_eq!(words(&rows), ["red", "white"]);
    }

    fn ready() -> ResourceList<Lamp> {
        let list = ResourceList::empty();
        list.load.set(Load::Ready(lamps()));
        list
    }

    #[test]
    fn the_row_that_has_changed_is_marked_until_one_goes() {
        let owner = Owner::new();
        owner.set();
        let list = ready();
        list.add(Lamp(3, "blue"));
        assert_eq!(list.changed.get_untracked().as_deref(), Some("3"));
        list.put(Lamp(1, "white"));
        assert_eq!(list.changed.get_untracked().as_deref(), Some("1"));
        list.remove(&2);
        assert_eq!(list.changed.get_untracked(), None);
        assert_eq!(untrack(|| words(&list.rows())), ["blue", "white"]);
    }

    #[test]
    fn two_lists_of_a_page_mark_one_row_between_them() {
        let owner = Owner::new();
        owner.set();
        let first = ready();
        let second = ready().beside(first);
        first.put(Lamp(1, "white"));
        second.add_in_place_of(vec![Lamp(7, "green")], |lamp| lamp.1 == "green");
        assert_eq!(first.changed.get_untracked().as_deref(), Some("7"));
        assert_eq!(untrack(|| words(&second.rows())), ["green", "red"]);
    }

    #[test]
    fn a_list_is_empty_only_once_it_is_there() {
        let owner = Owner::new();
        owner.set();
        let list = ResourceList::<Lamp>::empty();
        assert!(untrack(|| !list.is_empty() && list.is_coming() && list.get(&1).is_none()));
        list.load.set(Load::Ready(vec![]));
        assert!(untrack(|| list.is_empty() && !list.is_coming()));
        // Nothing is put into a list that failed.
        list.load.set(Load::Failed(crate::api::Failure::declined()));
        list.add(Lamp(1, "red"));
        assert!(untrack(|| list.rows().is_empty() && !list.is_empty()));
    }
}
