//! Lists in the primary: ordered, filtered and searched. What a list knows of a record is a function of its bytes
//! (`Product::listed`), of which the host keeps an index, so that a page costs the same however long the list is.

use crate::{Product, Stored};
use serde::{Deserialize, Serialize};

/// What a list knows of one of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// A sort key for each order of the list. They compare as bytes.
    pub orders: Vec<String>,
    /// The value that a filter compares.
    pub facet: String,
    /// What a search looks through, in lower case.
    pub text: String,
}

/// The place of a record in a list: its sort key, and its id, which is the key after the list's prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub sort: String,
    pub id: String,
}

/// Which records of a list, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// The order, by its place in `Listed::orders`.
    #[serde(default)]
    pub order: usize,
    #[serde(default)]
    pub descending: bool,
    /// The place after which the page starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
    /// Only records with this facet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facet: Option<String>,
    /// Only records whose text has each of these words in it, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// All of them, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl ListQuery {
    /// Every record with this facet.
    pub fn facet(facet: impl Into<String>) -> Self {
        Self { facet: Some(facet.into()), ..Self::default() }
    }

    /// Whether the list's order alone decides, by the sort key that comes first.
    pub fn is_plain(&self) -> bool {
        self.order == 0 && self.facet.is_none() && self.words.is_empty()
    }

    /// Whether this is the first page of the list, the newest first.
    pub fn begins_newest(&self) -> bool {
        self.is_plain() && self.descending && self.after.is_none()
    }

    fn admits(&self, listed: &Listed) -> bool {
        self.facet.as_ref().is_none_or(|facet| *facet == listed.facet)
            && self.words.iter().all(|word| listed.text.contains(word.as_str()))
    }

    /// Selects the page out of all rows, as the index does. `listed` is what the list knows of a row, with the row's id.
    pub fn select<T>(&self, rows: Vec<T>, listed: impl Fn(&T) -> Option<(String, Listed)>) -> Vec<T> {
        let mut placed: Vec<(Place, T)> = rows
            .into_iter()
            .filter_map(|row| {
                let (id, mut listed) = listed(&row)?;
                let admitted = self.admits(&listed) && self.order < listed.orders.len();
                admitted.then(|| (Place { sort: listed.orders.swap_remove(self.order), id }, row))
            })
            .collect();
        if let Some(after) = &self.after {
            placed.retain(|(place, _)| if self.descending { place < after } else { place > after });
        }
        placed.sort_by(|(a, _), (b, _)| if self.descending { b.cmp(a) } else { a.cmp(b) });
        placed.truncate(self.limit.unwrap_or(usize::MAX));
        placed.into_iter().map(|(_, row)| row).collect()
    }
}

/// The list that a key belongs to, if it belongs to one: the key's prefix; and its id there.
pub fn list_of(key: &str) -> (&str, &str) {
    key.split_at(key.rfind('/').map_or(0, |slash| slash + 1))
}

/// What the host does to its index when a record is written: the entries that go and those that come. An entry is the number
/// of its order, with its sort key, facet and text.
pub fn change(before: Option<Listed>, after: Option<Listed>) -> (Vec<Entry>, Vec<Entry>) {
    let (mut gone, mut come) = (entries(before), entries(after));
    let same: Vec<Entry> = gone.iter().filter(|entry| come.contains(entry)).cloned().collect();
    gone.retain(|entry| !same.contains(entry));
    come.retain(|entry| !same.contains(entry));
    (gone, come)
}

/// A record in one order of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub order: usize,
    pub sort: String,
    pub facet: String,
    pub text: String,
}

fn entries(listed: Option<Listed>) -> Vec<Entry> {
    let Some(Listed { orders, facet, text }) = listed else { return vec![] };
    let entry = |(order, sort)| Entry { order, sort, facet: facet.clone(), text: text.clone() };
    orders.into_iter().enumerate().map(entry).collect()
}

/// Selects out of all records of a list, without an index.
pub fn select<P: Product>(rows: Vec<(String, Stored)>, query: &ListQuery) -> Vec<(String, Stored)> {
    query.select(rows, |(key, stored)| Some((list_of(key).1.to_owned(), P::listed(key, stored)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows named after their number: ordered by it, and by its last digit.
    fn listed(n: usize) -> (String, Listed) {
        let facet = if n.is_multiple_of(2) { "even" } else { "odd" };
        let orders = vec![format!("{n:03}"), (n % 10).to_string()];
        (format!("r{n}"), Listed { orders, facet: facet.to_owned(), text: format!("row {n}") })
    }

    fn select(query: &ListQuery) -> Vec<usize> {
        query.select((0..30).collect(), |n| Some(listed(*n)))
    }

    #[test]
    fn pages_in_a_row_give_every_row_once_in_every_order() {
        for (order, descending) in [(0, false), (0, true), (1, false), (1, true)] {
            let mut query = ListQuery { order, descending, limit: Some(7), ..ListQuery::default() };
            let mut seen = vec![];
            loop {
                let page = select(&query);
                let Some(last) = page.last() else { break };
                let (id, known) = listed(*last);
                query.after = Some(Place { sort: known.orders[order].clone(), id });
                seen.extend(page);
            }
            let all = select(&ListQuery { order, descending, ..ListQuery::default() });
            assert_eq!(seen, all);
            assert_eq!(all.len(), 30);
        }
    }

    #[test]
    fn facet_and_words_narrow_and_an_order_that_is_not_there_has_nothing() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(select(&ListQuery::facet("even")).len(), 15);
        assert_eq!(select(&ListQuery { words: words(&["2", "row"]), ..ListQuery::facet("odd") }), [21, 23, 25, 27, 29]);
        assert_eq!(select(&ListQuery { words: words(&["x"]), ..ListQuery::default() }), [0; 0]);
        assert_eq!(select(&ListQuery { order: 2, ..ListQuery::default() }), [0; 0]);
    }

    #[test]
    fn only_entries_that_differ_are_rewritten() {
        let (_, before) = listed(4);
        let after = Listed { orders: vec![before.orders[0].clone(), "9".to_owned()], ..before.clone() };
        let (gone, come) = change(Some(before.clone()), Some(after));
        assert_eq!(gone.iter().map(|entry| (entry.order, entry.sort.as_str())).collect::<Vec<_>>(), [(1, "4")]);
        assert_eq!(come.iter().map(|entry| (entry.order, entry.sort.as_str())).collect::<Vec<_>>(), [(1, "9")]);
        let (gone, come) = change(Some(before.clone()), None);
        assert_eq!((gone.len(), come.len()), (2, 0));
        let (gone, come) = change(None, Some(Listed { facet: "x".to_owned(), ..before.clone() }));
        assert_eq!((gone.len(), come.len()), (0, 2));
        let (gone, come) = change(Some(before.clone()), Some(before));
        assert_eq!((gone, come), (vec![], vec![]));
    }
}
