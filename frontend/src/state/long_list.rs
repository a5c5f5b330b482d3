//! A list that may be of any length. What is here whole, the page orders and filters itself; of a longer one the server
//! does, and the page asks for more rows as it shows them.

use super::{
    query::{Load, UnderWay, settle},
    resource_list::ResourceList,
};
use crate::{
    api::{
        Answer, Failure,
        call::{Abort, Call},
        failure::Kind,
    },
    browser,
};
use core::fmt;
use guildhall_shared::{
    page::{LIMIT_MAX, words},
    text::percent_encoded,
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Pages that come behind the first by themselves, so that most lists are here whole.
const AHEAD: usize = 4;

/// Milliseconds without a key until the server searches.
const PAUSE: i32 = 150;

/// What the server is asked for, as the query of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The field of the order, and whether it goes down; without one the server's own.
    pub order: Option<(&'static str, bool)>,
    pub search: String,
    /// A parameter of the list's own with its value, which narrows it.
    pub only: Option<(&'static str, String)>,
}

impl Asked {
    pub fn by(field: &'static str) -> Self {
        Self { order: Some((field, false)), ..Self::default() }
    }

    /// Whether all rows of the list are asked for.
    fn is_all(&self) -> bool {
        self.search.is_empty() && self.only.is_none()
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "limit={LIMIT_MAX}")?;
        if let Some((field, down)) = self.order {
            write!(f, "&orderBy={field}&order={}", if down { "desc" } else { "asc" })?;
        }
        if !self.search.is_empty() {
            write!(f, "&search={}", percent_encoded(&self.search))?;
        }
        if let Some((name, value)) = &self.only {
            write!(f, "&{name}={}", percent_encoded(value))?;
        }
        Ok(())
    }
}

/// The list, and what it is asked for.
pub struct LongList<T: Send + Sync + 'static> {
    pub list: ResourceList<T>,
    /// What its rows are the answer to.
    asked: RwSignal<Asked>,
    /// What the page shows.
    wanted: RwSignal<Asked>,
    whole: RwSignal<bool>,
}

impl<T: Send + Sync> Clone for LongList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for LongList<T> {}

impl<T: Send + Sync + 'static> LongList<T> {
    /// Reads the first pages, and again whenever the key changes. `path` is the list's path for a key, with its query.
    pub fn new<K, W>(
        key: impl Fn() -> K + 'static,
        first: Asked,
        path: impl Fn(&K, &Asked) -> String + 'static,
        row: fn(W) -> T,
    ) -> Self
    where
        K: Clone + PartialEq + 'static,
        W: DeserializeOwned + 'static,
    {
        let list = ResourceList::empty();
        let long = Self {
            list,
            asked: RwSignal::new(first.clone()),
            wanted: RwSignal::new(first),
            whole: RwSignal::new(false),
        };
        let under_way = UnderWay::new();
        Effect::new(move |before: Option<K>| {
            list.asked_again();
            let (key, asked) = (key(), long.asked.get());
            if before.is_some_and(|before| before != key) {
                list.load.set(Load::Waiting);
                long.whole.set(false);
            }
            let (abort, place) = (under_way.next(), path(&key, &asked));
            spawn_local(async move { long.read(place, &asked, &abort, row).await });
            key
        });
        Effect::new(move |_| long.follow());
        list.asks_on_recovery();
        long
    }

    /// Whether all rows are here, so that nobody need be asked for another order or a part of them.
    pub fn is_whole(self) -> bool {
        self.whole.get()
    }

    /// Whether the rows are those of what the page shows.
    pub fn is_settled(self) -> bool {
        !self.list.is_coming() && (self.is_whole() || *self.asked.read() == *self.wanted.read())
    }

    /// Shows another order; a field that the server does not know changes nothing there.
    pub fn order(self, order: Option<(&'static str, bool)>) {
        if order.is_some() {
            self.wanted.update(|wanted| wanted.order = order);
        }
    }

    /// Shows what has these words.
    pub fn search(self, text: &str) {
        let search = words(text).join(" ");
        if self.wanted.read_untracked().search != search {
            self.wanted.update(|wanted| wanted.search = search);
        }
    }

    /// Shows what a parameter of the list leaves; everything where its value is empty.
    pub fn only(self, name: &'static str, value: &str) {
        let only = (!value.is_empty()).then(|| (name, value.to_owned()));
        if self.wanted.read_untracked().only != only {
            self.wanted.update(|wanted| wanted.only = only);
        }
    }

    /// Asks for what the page shows, where the rows that are here do not have it.
    fn follow(self) {
        let is_there = matches!(*self.list.load.read(), Load::Ready(_));
        let wanted = self.wanted.get();
        if !is_there || self.whole.get() || wanted == self.asked.get_untracked() {
            return;
        }
        if wanted.search == self.asked.read_untracked().search {
            self.asked.set(wanted);
            return;
        }
        spawn_local(async move {
            browser::sleep(PAUSE).await;
            if self.wanted.try_get_untracked().as_ref() == Some(&wanted) {
                self.asked.try_set(wanted);
            }
        });
    }

    /// Reads from the first page on.
    async fn read<W: DeserializeOwned + 'static>(self, place: String, asked: &Asked, abort: &Abort, row: fn(W) -> T) {
        let list = self.list;
        list.busy.try_set(true);
        let mut answer = match page(&place, abort, row).await {
            Ok(answer) => answer,
            Err(failure) if failure.kind == Kind::Aborted => return,
            Err(failure) => {
                list.busy.try_set(false);
                // Rows that are there stay.
                if list.load.try_with_untracked(|load| matches!(load, Load::Ready(_))).unwrap_or_default() {
                    list.trouble.try_set(Some(failure));
                } else {
                    settle(list.load, Err(failure));
                }
                return;
            }
        };
        list.trouble.try_set(None);
        list.load.try_set(Load::Ready(answer.value.drain(..).map(Arc::new).collect()));
        let mut ahead = if asked.is_all() { AHEAD } else { 0 };
        let mut behind = vec![];
        while let Some(next) = answer.next.as_ref().filter(|_| ahead > 0) {
            answer = match page(next, abort, row).await {
                Ok(answer) => answer,
                Err(failure) if failure.kind == Kind::Aborted => return,
                Err(failure) => {
                    list.trouble.try_set(Some(failure));
                    break;
                }
            };
            ahead -= 1;
            behind.extend(answer.value.drain(..).map(Arc::new));
        }
        self.end(behind, answer.next, asked);
    }

    /// Puts rows below the others, and notes whether they are all.
    fn end(self, more: Vec<Arc<T>>, next: Option<String>, asked: &Asked) {
        if !more.is_empty() {
            self.list.append(more);
        }
        self.whole.try_set(next.is_none() && asked.is_all());
        self.list.next.try_set(next);
        self.list.busy.try_set(false);
    }

    /// Puts the next page below the rows, where the page shows what they are the answer to.
    pub fn more<W: DeserializeOwned + 'static>(self, row: fn(W) -> T) {
        let list = self.list;
        let asked = self.asked.get_untracked();
        let Some(next) = list.next.get_untracked().filter(|_| !list.busy.get_untracked()) else { return };
        if asked != self.wanted.get_untracked() || list.trouble.with_untracked(Option::is_some) {
            return;
        }
        list.busy.set(true);
        spawn_local(async move {
            let answer = page(&next, &Abort::new(), row).await;
            if list.next.try_get_untracked().flatten().as_ref() != Some(&next) {
                // The list has begun anew meanwhile.
                return;
            }
            match answer {
                Ok(answer) => self.end(answer.value.into_iter().map(Arc::new).collect(), answer.next, &asked),
                Err(failure) => {
                    list.busy.try_set(false);
                    list.trouble.try_set(Some(failure));
                }
            }
        });
    }
}

async fn page<T, W: DeserializeOwned + 'static>(
    place: &str,
    abort: &Abort,
    row: fn(W) -> T,
) -> Result<Answer<Vec<T>>, Failure> {
    let Answer { value, etag, next }: Answer<Vec<W>> = Call::get(place).abort(abort).read().await?;
    Ok(Answer { value: value.into_iter().map(row).collect(), etag, next })
}

#[cfg(test)]
mod tests {
    use super::{Asked, Load, LongList, ResourceList};
    use leptos::{prelude::*, reactive::owner::Owner};
    use std::sync::Arc;

    #[test]
    fn a_list_is_asked_for_by_its_query() {
        assert_eq!(Asked::default().to_string(), "limit=120");
        assert_eq!(Asked::by("name").to_string(), "limit=120&orderBy=name&order=asc");
        let order = Some(("email", true));
        let asked = Asked { order, search: "zoë & co".to_owned(), only: Some(("role", "admin".to_owned())) };
        assert_eq!(asked.to_string(), "limit=120&orderBy=email&order=desc&search=zo%C3%AB%20%26%20co&role=admin");
    }

    fn list(whole: bool) -> LongList<u8> {
        let list = ResourceList::empty();
        list.load.set(Load::Ready(vec![Arc::new(1)]));
        let signal = |asked: Asked| RwSignal::new(asked);
        let (asked, wanted) = (signal(Asked::by("name")), signal(Asked::by("name")));
        LongList { list, asked, wanted, whole: RwSignal::new(whole) }
    }

    #[test]
    fn another_order_is_asked_for_only_where_rows_are_missing() {
        let owner = Owner::new();
        owner.set();
        for whole in [true, false] {
            let list = list(whole);
            list.order(Some(("email", true)));
            untrack(|| list.follow());
            let asked = if whole { ("name", false) } else { ("email", true) };
            assert_eq!(list.asked.get_untracked().order, Some(asked));
            assert!(untrack(|| list.is_settled()));
            // The server does not know this one.
            list.order(None);
            assert_eq!(list.wanted.get_untracked().order, Some(("email", true)));
        }
    }

    #[test]
    fn a_search_that_the_server_has_not_made_yet_is_not_settled() {
        let owner = Owner::new();
        owner.set();
        for whole in [true, false] {
            let list = list(whole);
            list.search("  ANA  Mor ");
            assert_eq!(list.wanted.get_untracked().search, "ana mor");
            assert_eq!(untrack(|| list.is_settled()), whole);
        }
    }
}
