//! Pages of a list: how many, after what, in which order.

use crate::{error::Issue, text::lower, timestamp::Timestamp};
use core::str::FromStr;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

pub const LIMIT_MAX: usize = 120;
/// Rows of a page where nobody asks for a number.
pub const LIMIT: usize = 120;
/// Characters of a search.
pub const SEARCH_MAX: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// The place after which a page starts: the last row's sort key and id. Sort keys compare as bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    pub sort: String,
    pub id: String,
    /// The order that the sort key is of, by its place among the fields of the list.
    #[serde(default, skip_serializing_if = "is_first")]
    pub by: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_first(by: &usize) -> bool {
    *by == 0
}

impl Cursor {
    /// A place in the first order of a list, which is by time.
    pub fn at(time: Timestamp, id: impl Into<String>) -> Self {
        Self { sort: time.sort_key(), id: id.into(), by: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub limit: usize,
    pub after: Option<Cursor>,
    pub order: Order,
    /// The field that the list is ordered by, by its place among the fields of the list. The first is a time.
    #[serde(default, skip_serializing_if = "is_first")]
    pub by: usize,
    /// What to search for: words in lower case, each of which has to be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: LIMIT, after: None, order: Order::default(), by: 0, search: vec![] }
    }
}

/// The words of a search, as they are compared.
pub fn words(search: &str) -> Vec<String> {
    lower(search).split_whitespace().map(str::to_owned).collect()
}

impl Page {
    /// Reads `limit`, `after`, `order`, `orderBy` and `search`; `fields` are those that a list can be ordered by, first the
    /// one that it is ordered by where nobody asks.
    pub fn parse<'a>(query: impl IntoIterator<Item = (&'a str, &'a str)>, fields: &[&str]) -> Result<Self, Vec<Issue>> {
        let mut page = Self::default();
        let mut issues = vec![];
        for (name, value) in query {
            let wrong = match name {
                "limit" => match value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)) {
                    Some(limit) => {
                        page.limit = limit;
                        None
                    }
                    None => Some(format!("limit: Use a number from 1 to {LIMIT_MAX}.")),
                },
                "after" => match value.parse() {
                    Ok(after) => {
                        page.after = Some(after);
                        None
                    }
                    Err(_) => Some("after: Send what the page before has said.".to_owned()),
                },
                "order" if !["asc", "desc"].contains(&value) => Some("order: Use asc or desc.".to_owned()),
                "order" => {
                    page.order = if value == "asc" { Order::Ascending } else { Order::Descending };
                    None
                }
                "orderBy" => match fields.iter().position(|field| *field == value) {
                    Some(by) => {
                        page.by = by;
                        None
                    }
                    None => Some(format!("orderBy: Use {}.", one_of(fields))),
                },
                "search" if value.chars().count() > SEARCH_MAX => {
                    Some(format!("search: Use at most {SEARCH_MAX} characters."))
                }
                "search" => {
                    page.search = words(value);
                    None
                }
                _ => None,
            };
            issues.extend(wrong.map(Issue::new));
        }
        if page.after.as_ref().is_some_and(|after| after.by != page.by) {
            issues.push(Issue::new("after: This cursor is of another order. Start without it."));
        }
        if issues.is_empty() { Ok(page) } else { Err(issues) }
    }

    /// Cuts off what is more than the page, where one row more was read. Says where the next one starts, if there is one.
    pub fn end<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> Option<Cursor>) -> (Vec<T>, Option<Cursor>) {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).and_then(place);
        (rows, next)
    }

    /// Cuts this page out of all rows. Says where the next one starts, if there is one.
    pub fn cut<T>(&self, rows: Vec<T>, place: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<Cursor>) {
        let mut placed: Vec<(Cursor, T)> = rows.into_iter().map(|row| (place(&row), row)).collect();
        if let Some(after) = &self.after {
            placed.retain(|(place, _)| match self.order {
                Order::Ascending => place > after,
                Order::Descending => place < after,
            });
        }
        placed.sort_by(|(a, _), (b, _)| match self.order {
            Order::Ascending => a.cmp(b),
            Order::Descending => b.cmp(a),
        });
        let more = placed.len() > self.limit;
        placed.truncate(self.limit);
        let next = if more { placed.last().map(|(place, _)| place.clone()) } else { None };
        (placed.into_iter().map(|(_, row)| row).collect(), next)
    }
}

/// Some words as a choice.
fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [words @ .., last] => format!("{} or {last}", words.join(", ")),
    }
}

/// A time as it is; another sort key behind the number of its order.
impl core::fmt::Display for Cursor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { sort, id, by } = self;
        match by {
            0 => write!(f, "{sort}.{id}"),
            _ => write!(f, "{by}~{}.{id}", BASE64URL_NOPAD.encode(sort.as_bytes())),
        }
    }
}

impl FromStr for Cursor {
    type Err = Issue;

    fn from_str(text: &str) -> Result<Self, Issue> {
        let wrong = || Issue::new("after is not a cursor of this list. Start without it.");
        let (sort, id) = text.split_once('.').ok_or_else(wrong)?;
        let (by, sort) = match sort.split_once('~') {
            None => (0, sort.parse().map(Timestamp::from_millis).map_err(|_| wrong())?.sort_key()),
            Some((by, sort)) => {
                let by = by.parse().ok().filter(|by| *by > 0).ok_or_else(wrong)?;
                let bytes = BASE64URL_NOPAD.decode(sort.as_bytes()).map_err(|_| wrong())?;
                (by, String::from_utf8(bytes).map_err(|_| wrong())?)
            }
        };
        let plain = !id.is_empty()
            && id.len() <= 128
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if plain { Ok(Self { sort, id: id.to_owned(), by }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape `cut` asks for")]
    fn place(n: &i64) -> Cursor {
        Cursor::at(Timestamp::from_millis(*n / 2), n.to_string())
    }

    #[test]
    fn pages_in_a_row_give_every_row_once() {
        for order in [Order::Ascending, Order::Descending] {
            let mut page = Page { limit: 3, order, ..Page::default() };
            let mut seen = vec![];
            loop {
                let (rows, next) = page.cut((0..10).collect(), place);
                seen.extend(rows);
                let Some(next) = next else { break };
                assert_eq!(next.to_string().parse(), Ok(next.clone()));
                page.after = Some(next);
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..10).collect::<Vec<i64>>());
        }
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for bad in [
            ("limit", "0"),
            ("limit", "121"),
            ("limit", "x"),
            ("order", "up"),
            ("orderBy", "name"),
            ("after", "x"),
            ("after", "1."),
            ("after", "1~eA.x"),
            ("search", &"x".repeat(101)),
        ] {
            assert!(Page::parse([bad], &["dtCreated"]).is_err(), "{bad:?}");
        }
        let good = [("limit", "120"), ("orderBy", "dtCreated"), ("other", "x")];
        assert_eq!(Page::parse(good, &["dtCreated"]).unwrap().limit, 120);
        let issues = Page::parse([("orderBy", "x")], &["dtCreated", "name", "email"]).unwrap_err();
        assert_eq!(issues[0].message, "orderBy: Use dtCreated, name or email.");
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_only_in_its_order() {
        let fields = ["dtCreated", "name", "email"];
        for cursor in [
            Cursor::at(Timestamp::from_millis(1_795_284_000_000), "u1"),
            Cursor { sort: "élise moreau".to_owned(), id: "u2".to_owned(), by: 1 },
            Cursor { sort: String::new(), id: "u3".to_owned(), by: 2 },
        ] {
            let text = cursor.to_string();
            assert_eq!(text.parse(), Ok(cursor.clone()), "{text}");
            for (by, field) in fields.iter().enumerate() {
                let page = Page::parse([("after", text.as_str()), ("orderBy", *field)], &fields);
                assert_eq!(page.is_ok(), by == cursor.by, "{text} by {field}");
            }
        }
        // Cursors of old are times with an id.
        assert_eq!("1795284000000.u1".parse(), Ok(Cursor::at(Timestamp::from_millis(1_795_284_000_000), "u1")));
        for wrong in ["0~eA.u1", "x~eA.u1", "1~%.u1", "1~_w.u1", "~.u1"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_search_is_words_in_lower_case() {
        assert_eq!(words("  Ána  MOREAU "), ["ána", "moreau"]);
        let page = Page::parse([("search", "Ana Mor")], &["dtCreated"]).unwrap();
        assert_eq!(page.search, ["ana", "mor"]);
    }
}
