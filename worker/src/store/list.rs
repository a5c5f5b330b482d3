//! Lists that the primary keeps an index of: what each knows of one of its records.

use crate::{
    features::{api_keys::record::ApiKeyRecord, members, secrets},
    store::{ListQuery, Listed, Place, Prefix, Row, Stored, decode, key::TeamKey},
};
use guildhall_kernel::list::list_of;
use guildhall_shared::page::{Cursor, Order, Page};

/// Raised with every change of what `listed` answers.
pub const VERSION: u32 = 1;

pub fn is_listed(key: &str) -> bool {
    matches!(TeamKey::parse(key), Some(TeamKey::Member(..) | TeamKey::ApiKey(..) | TeamKey::Secret(_)))
}

pub fn listed(key: &str, stored: &Stored) -> Option<Listed> {
    match TeamKey::parse(key)? {
        TeamKey::Member(..) => members::record::listed(stored.meta.as_deref()?),
        TeamKey::Secret(_) => secrets::record::listed(list_of(key).1, stored.meta.as_deref()?),
        TeamKey::ApiKey(..) => decode::<ApiKeyRecord>(&stored.value).ok().map(|(_, record)| record.listed()),
        TeamKey::Team(_) | TeamKey::Pass(..) | TeamKey::Roster(_) => None,
    }
}

/// What a list knows of a row that it shows. The list shows all that it is ordered and searched by.
fn listed_row(prefix: &str, row: &Row) -> Option<Listed> {
    let stored = Stored { meta: Some(row.meta.as_str().to_owned()), ..Stored::plain(String::new()) };
    listed(&format!("{prefix}{}", row.id), &stored)
}

/// A page of a list, with one row more, which says whether there is another page.
pub fn query(page: &Page, facet: Option<&str>) -> ListQuery {
    ListQuery {
        order: page.by,
        descending: page.order == Order::Descending,
        after: page.after.as_ref().map(|after| Place { sort: after.sort.clone(), id: after.id.clone() }),
        facet: facet.map(str::to_owned),
        words: page.search.clone(),
        limit: Some(page.limit + 1),
    }
}

/// The page out of all rows of a list, as its index gives it.
pub fn select(prefix: &str, rows: Vec<Row>, query: &ListQuery) -> Vec<Row> {
    query.select(rows, |row| {
        let listed = if query.is_plain() {
            // By time alone, which every row begins with.
            Listed { orders: vec![row.at.sort_key()], facet: String::new(), text: String::new() }
        } else {
            listed_row(prefix, row)?
        };
        Some((row.id.clone(), listed))
    })
}

/// The rows of a page without the one that says whether there is another, and where that begins.
pub fn end<R>(page: &Page, prefix: &Prefix<R>, rows: Vec<Row>) -> (Vec<Row>, Option<Cursor>) {
    page.end(rows, |row| {
        if page.by == 0 {
            return Some(Cursor::at(row.at, row.id.clone()));
        }
        let sort = listed_row(prefix.as_str(), row)?.orders.into_iter().nth(page.by)?;
        Some(Cursor { sort, id: row.id.clone(), by: page.by })
    })
}
