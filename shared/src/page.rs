//! Pages of a list: how many, after what, in which order.

use crate::{error::Issue, timestamp::Timestamp};
use core::str::FromStr;
use serde::{Deserialize, Serialize};

pub const LIMIT_MAX: usize = 120;
/// Rows of a page where nobody asks for a number.
pub const LIMIT: usize = 120;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// The place after which a page starts: the last row's time and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub limit: usize,
    pub after: Option<Cursor>,
    pub order: Order,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: LIMIT, after: None, order: Order::default() }
    }
}

impl Page {
    /// Reads `limit`, `after`, `order` and `orderBy`; `by` is the one field a list is ordered by.
    pub fn parse<'a>(query: impl IntoIterator<Item = (&'a str, &'a str)>, by: &str) -> Result<Self, Vec<Issue>> {
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
                "orderBy" if value != by => Some(format!("orderBy: Use {by}.")),
                _ => None,
            };
            issues.extend(wrong.map(Issue::new));
        }
        if issues.is_empty() { Ok(page) } else { Err(issues) }
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

impl core::fmt::Display for Cursor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = Issue;

    fn from_str(text: &str) -> Result<Self, Issue> {
        let wrong = || Issue::new("after is not a cursor of this list. Start without it.");
        let (at, id) = text.split_once('.').ok_or_else(wrong)?;
        let at = at.parse().map_err(|_| wrong())?;
        let plain = !id.is_empty()
            && id.len() <= 128
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if plain { Ok(Self { at: Timestamp::from_millis(at), id: id.to_owned() }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape `cut` asks for")]
    fn place(n: &i64) -> Cursor {
        Cursor { at: Timestamp::from_millis(*n / 2), id: n.to_string() }
    }

    #[test]
    fn pages_in_a_row_give_every_row_once() {
        for order in [Order::Ascending, Order::Descending] {
            let mut page = Page { limit: 3, after: None, order };
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
        ] {
            assert!(Page::parse([bad], "dtCreated").is_err(), "{bad:?}");
        }
        assert_eq!(
            Page::parse([("limit", "120"), ("orderBy", "dtCreated"), ("other", "x")], "dtCreated").unwrap().limit,
            120
        );
    }
}
