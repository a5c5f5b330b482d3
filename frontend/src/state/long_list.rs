//! A list that may be of any length. What is here whole, the page orders and filters itself; of a longer one the server
//! does, and the page asks for more rows as it shows them.

use super::{
    query::{Load, UnderWay},
    resource_list::ResourceList,
};
use crate::{
    api::{
        Failure,
        call::{Abort, Call},
        client::Raw,
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

/// What a page's answer becomes: rows in the place of all (`true`), or below them.
type Put = Arc<dyn Fn(&Raw, bool) -> Result<(), Failure> + Send + Sync>;

/// How a list is read, whatever it has rows of, so that the program has it once.
#[derive(Clone, Copy)]
struct Reader {
    /// What the rows are the answer to.
    asked: RwSignal<Asked>,
    /// What the page shows.
    wanted: RwSignal<Asked>,
    whole: RwSignal<bool>,
    next: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<Failure>>,
    is_there: Signal<bool>,
    put: StoredValue<Put>,
    /// How often the list has begun anew.
    turn: StoredValue<u32>,
}

/// The list, and what it is asked for.
pub struct LongList<T: Send + Sync + 'static> {
    pub list: ResourceList<T>,
    reader: Reader,
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
        let long = Self::of(ResourceList::empty(), first, row);
        let Self { list, reader } = long;
        let under_way = UnderWay::new();
        Effect::new(move |before: Option<K>| {
            list.asked_again();
            let (key, asked) = (key(), reader.asked.get());
            if before.is_some_and(|before| before != key) {
                list.load.set(Load::Waiting);
                reader.whole.set(false);
            }
            reader.start(path(&key, &asked), asked, under_way.next(), Callback::new(move |failure| list.fail(failure)));
            key
        });
        Effect::new(move |_| reader.follow());
        list.asks_on_recovery();
        long
    }

    fn of<W: DeserializeOwned + 'static>(list: ResourceList<T>, first: Asked, row: fn(W) -> T) -> Self {
        let put = move |raw: &Raw, first: bool| {
            let rows: Vec<W> = raw.value()?;
            let rows = rows.into_iter().map(|wire| Arc::new(row(wire))).collect();
            if first {
                list.load.try_set(Load::Ready(rows));
            } else {
                list.append(rows);
            }
            Ok(())
        };
        let reader = Reader {
            asked: RwSignal::new(first.clone()),
            wanted: RwSignal::new(first),
            whole: RwSignal::new(false),
            next: list.next,
            busy: list.busy,
            trouble: list.trouble,
            is_there: Signal::derive(move || matches!(*list.load.read(), Load::Ready(_))),
            put: StoredValue::new(Arc::new(put)),
            turn: StoredValue::new(0),
        };
        Self { list, reader }
    }

    /// Whether all rows are here, so that nobody need be asked for another order or a part of them.
    pub fn is_whole(self) -> bool {
        self.reader.whole.get()
    }

    /// Whether the rows are those of what the page shows.
    pub fn is_settled(self) -> bool {
        let Reader { asked, wanted, .. } = self.reader;
        !self.list.is_coming() && (self.is_whole() || *asked.read() == *wanted.read())
    }

    /// Shows another order; a field that the server does not know changes nothing there.
    pub fn order(self, order: Option<(&'static str, bool)>) {
        if order.is_some() {
            self.reader.wanted.update(|wanted| wanted.order = order);
        }
    }

    /// Shows what has these words.
    pub fn search(self, text: &str) {
        let search = words(text).join(" ");
        let wanted = self.reader.wanted;
        if wanted.read_untracked().search != search {
            wanted.update(|wanted| wanted.search = search);
        }
    }

    /// Shows what a parameter of the list leaves; everything where its value is empty.
    pub fn only(self, name: &'static str, value: &str) {
        let only = (!value.is_empty()).then(|| (name, value.to_owned()));
        let wanted = self.reader.wanted;
        if wanted.read_untracked().only != only {
            wanted.update(|wanted| wanted.only = only);
        }
    }

    /// Puts the next page below the rows, where the page shows what they are the answer to.
    pub fn more(self) {
        self.reader.more();
    }
}

impl Reader {
    /// Asks for what the page shows, where the rows that are here do not have it.
    fn follow(self) {
        let Self { asked, wanted: shown, .. } = self;
        let wanted = shown.get();
        if !self.is_there.get() || self.whole.get() || wanted == asked.get_untracked() {
            return;
        }
        if wanted.search == asked.read_untracked().search {
            asked.set(wanted);
            return;
        }
        spawn_local(async move {
            browser::sleep(PAUSE).await;
            if shown.try_get_untracked().as_ref() == Some(&wanted) {
                asked.try_set(wanted);
            }
        });
    }

    /// Reads from the first page on.
    fn start(self, first: String, asked: Asked, abort: Abort, on_failure: Callback<Failure>) {
        self.turn.update_value(|turn| *turn += 1);
        self.busy.set(true);
        spawn_local(async move {
            let mut place = Some(first);
            let mut pages = 0;
            let most = if asked.is_all() { 1 + AHEAD } else { 1 };
            while let Some(path) = place.take_if(|_| pages < most) {
                let read = page(&path, &abort).await.and_then(|raw| {
                    self.put.try_get_value().map_or(Ok(()), |put| put(&raw, pages == 0))?;
                    Ok(raw.next)
                });
                match read {
                    Ok(next) => {
                        self.trouble.try_set(None);
                        place = next;
                    }
                    Err(failure) if failure.kind == Kind::Aborted => return,
                    Err(failure) => {
                        self.busy.try_set(false);
                        on_failure.try_run(failure);
                        place = Some(path);
                        break;
                    }
                }
                pages += 1;
            }
            self.end(place, &asked);
        });
    }

    /// Notes where the next page is, and whether there is none.
    fn end(self, next: Option<String>, asked: &Asked) {
        self.whole.try_set(next.is_none() && asked.is_all());
        self.next.try_set(next);
        self.busy.try_set(false);
    }

    fn more(self) {
        let asked = self.asked.get_untracked();
        let Some(place) = self.next.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        if asked != self.wanted.get_untracked() || self.trouble.with_untracked(Option::is_some) {
            return;
        }
        let turn = self.turn.get_value();
        self.busy.set(true);
        spawn_local(async move {
            let read = page(&place, &Abort::new()).await;
            if self.turn.try_get_value() != Some(turn) {
                // The list has begun anew meanwhile.
                return;
            }
            let put = |raw: Raw| {
                self.put.try_get_value().map_or(Ok(()), |put| put(&raw, false))?;
                Ok(raw.next)
            };
            match read.and_then(put) {
                Ok(next) => self.end(next, &asked),
                Err(failure) => {
                    self.busy.try_set(false);
                    self.trouble.try_set(Some(failure));
                }
            }
        });
    }
}

async fn page(place: &str, abort: &Abort) -> Result<Raw, Failure> {
    Call::get(place).abort(abort).raw().await
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
        let long = LongList::of(list, Asked::by("name"), |row: u8| row);
        long.reader.whole.set(whole);
        long
    }

    #[test]
    fn another_order_is_asked_for_only_where_rows_are_missing() {
        let owner = Owner::new();
        owner.set();
        for whole in [true, false] {
            let list = list(whole);
            list.order(Some(("email", true)));
            untrack(|| list.reader.follow());
            let asked = if whole { ("name", false) } else { ("email", true) };
            assert_eq!(list.reader.asked.get_untracked().order, Some(asked));
            assert!(untrack(|| list.is_settled()));
            // The server does not know this one.
            list.order(None);
            assert_eq!(list.reader.wanted.get_untracked().order, Some(("email", true)));
        }
    }

    #[test]
    fn a_search_that_the_server_has_not_made_yet_is_not_settled() {
        let owner = Owner::new();
        owner.set();
        for whole in [true, false] {
            let list = list(whole);
            list.search("  ANA  Mor ");
            assert_eq!(list.reader.wanted.get_untracked().search, "ana mor");
            assert_eq!(untrack(|| list.is_settled()), whole);
        }
    }
}
