//! The records of an object in `SQLite`, and the index of its lists.

use crate::{
    error::InternalError,
    json,
    platform::{broken_js, invoke},
    product::Guildhall,
    store::{ListQuery, Records, Stored},
};
use guildhall_kernel::{
    Product,
    list::{self, Entry},
};
use guildhall_shared::Timestamp;
use js_sys::{Array, JSON, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsValue, closure::Closure};
use worker::State;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS record (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, meta TEXT, expires INTEGER
) WITHOUT ROWID";

/// Records of one page while the index is made anew.
const PAGE: usize = 1000;

/// The object's `sql`, called without the `worker` crate, which looks into every value.
#[derive(Clone)]
pub struct Table {
    sql: JsValue,
    /// The table of the index, named after its version.
    index: String,
}

/// A row as `SELECT` names its columns.
type Columns = (String, String, Option<String>, Option<i64>);

impl Table {
    pub fn of(state: &State) -> Result<Self, InternalError> {
        let storage = state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        let sql = Reflect::get(raw, &"sql".into()).map_err(broken_js("SQL"))?;
        let table = Self { sql, index: format!("list_{}", Guildhall::LISTS) };
        table.run(SCHEMA, &[])?;
        let known: Vec<(String,)> =
            table.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'list_*'", &[])?;
        if !known.iter().any(|(name,)| *name == table.index) {
            let made = table.clone();
            transaction(raw, move || made.make_index(&known))?;
        }
        Ok(table)
    }

    /// Puts the index of this version in the place of any other, for all records that are there.
    fn make_index(&self, others: &[(String,)]) -> Result<(), InternalError> {
        for (name,) in others {
            self.run(&format!("DROP TABLE {name}"), &[])?;
        }
        let schema = format!(
            "CREATE TABLE {} (
                list TEXT, number INTEGER, sort TEXT, id TEXT, facet TEXT NOT NULL, words TEXT NOT NULL,
                PRIMARY KEY (list, number, sort, id)
            ) WITHOUT ROWID",
            self.index
        );
        self.run(&schema, &[])?;
        let mut after = String::new();
        loop {
            let rows = self.scan("", &after, PAGE)?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after.clone_from(last);
            for (key, stored) in rows.iter().filter(|(key, _)| Guildhall::is_listed(key)) {
                self.index(key, None, Some(stored))?;
            }
        }
    }

    fn run(&self, sql: &str, bindings: &[JsValue]) -> Result<JsValue, InternalError> {
        let mut arguments = vec![sql.into()];
        arguments.extend_from_slice(bindings);
        invoke(&self.sql, "exec", &arguments).map_err(broken_js("SQL"))
    }

    /// One crossing into JavaScript for all rows: their JSON.
    fn query<T: DeserializeOwned>(&self, sql: &str, bindings: &[JsValue]) -> Result<Vec<T>, InternalError> {
        let cursor = self.run(sql, bindings)?;
        let rows = || -> Result<String, JsValue> {
            let rows = invoke(&cursor, "raw", &[])?;
            JSON::stringify(&Array::from(&rows)).map(Into::into)
        };
        Ok(json::from_str(&rows().map_err(broken_js("SQL"))?)?)
    }

    fn records(&self, sql: &str, bindings: &[JsValue]) -> Result<Vec<(String, Stored)>, String> {
        let rows: Vec<Columns> = self.query(sql, bindings).map_err(|why| why.inside().to_owned())?;
        let stored = |(key, value, meta, expires): Columns| {
            (key, Stored { value, meta, expires: expires.map(Timestamp::from_millis) })
        };
        Ok(rows.into_iter().map(stored).collect())
    }

    /// Writes a record, or deletes it, and what the index has of it.
    pub fn write(&self, key: &str, stored: Option<&Stored>) -> Result<(), InternalError> {
        if Guildhall::is_listed(key) {
            self.index(key, self.get(key)?.as_ref(), stored)?;
        }
        let Some(Stored { value, meta, expires }) = stored else {
            return self.run("DELETE FROM record WHERE key = ?", &[key.into()]).map(drop);
        };
        let meta = meta.as_deref().map_or(JsValue::NULL, JsValue::from);
        #[expect(clippy::cast_precision_loss, reason = "whole milliseconds, far below 2^53")]
        let expires = expires.map_or(JsValue::NULL, |at| JsValue::from(at.millis() as f64));
        let row = [key.into(), value.as_str().into(), meta, expires];
        self.run("INSERT OR REPLACE INTO record (key, value, meta, expires) VALUES (?, ?, ?, ?)", &row).map(drop)
    }

    fn index(&self, key: &str, before: Option<&Stored>, after: Option<&Stored>) -> Result<(), InternalError> {
        let listed = |stored: Option<&Stored>| stored.and_then(|stored| Guildhall::listed(key, stored));
        let (gone, come) = list::change(listed(before), listed(after));
        let (prefix, id) = list::list_of(key);
        let delete = format!("DELETE FROM {} WHERE list = ? AND number = ? AND sort = ? AND id = ?", self.index);
        let insert =
            format!("INSERT INTO {} (list, number, sort, id, facet, words) VALUES (?, ?, ?, ?, ?, ?)", self.index);
        for Entry { order, sort, .. } in gone {
            self.run(&delete, &[prefix.into(), number(order), sort.into(), id.into()])?;
        }
        for Entry { order, sort, facet, text } in come {
            self.run(&insert, &[prefix.into(), number(order), sort.into(), id.into(), facet.into(), text.into()])?;
        }
        Ok(())
    }
}

fn number(n: usize) -> JsValue {
    i32::try_from(n).unwrap_or(i32::MAX).into()
}

impl Records for Table {
    fn get(&self, key: &str) -> Result<Option<Stored>, String> {
        let sql = "SELECT key, value, meta, expires FROM record WHERE key = ?";
        Ok(self.records(sql, &[key.into()])?.pop().map(|(_, stored)| stored))
    }

    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String> {
        let sql = "SELECT key, value, meta, expires FROM record
            WHERE key >= ?1 AND key < ?2 AND key > ?3 ORDER BY key LIMIT ?4";
        // Keys are ASCII, so this is greater than every key of the prefix.
        let end = format!("{prefix}\u{7f}");
        self.records(sql, &[prefix.into(), end.as_str().into(), after.into(), number(limit)])
    }

    fn list(&self, prefix: &str, query: &ListQuery) -> Result<Vec<(String, Stored)>, String> {
        let ListQuery { order, descending, after, facet, words, limit } = query;
        let (beyond, direction) = match descending {
            true => (" AND (sort, id) < (?, ?)", "DESC"),
            false => (" AND (sort, id) > (?, ?)", "ASC"),
        };
        let mut wanted = "list = ? AND number = ?".to_owned();
        let mut bindings: Vec<JsValue> = vec![prefix.into(), number(*order)];
        if let Some(after) = after {
            wanted += beyond;
            bindings.extend([after.sort.as_str().into(), after.id.as_str().into()]);
        }
        if let Some(facet) = facet {
            wanted += " AND facet = ?";
            bindings.push(facet.into());
        }
        for word in words {
            wanted += " AND instr(words, ?) > 0";
            bindings.push(word.into());
        }
        bindings.push(number(limit.unwrap_or(usize::MAX)));
        // The page first, and only its records.
        let sql = format!(
            "SELECT key, value, meta, expires FROM
                (SELECT list, sort, id FROM {index} WHERE {wanted} ORDER BY sort {direction}, id {direction} LIMIT ?)
                CROSS JOIN record ON key = list || id
                ORDER BY sort {direction}, id {direction}",
            index = self.index
        );
        self.records(&sql, &bindings)
    }
}

/// One `transactionSync`, which the `worker` crate does not have: a failure rolls all of it back.
pub fn transaction(
    storage: &JsValue,
    work: impl FnOnce() -> Result<(), InternalError> + 'static,
) -> Result<(), InternalError> {
    let body = Closure::once(move || -> Result<JsValue, JsValue> {
        work().map(|()| JsValue::UNDEFINED).map_err(|why| JsValue::from_str(why.inside()))
    });
    invoke(storage, "transactionSync", &[body.as_ref().clone()]).map_err(broken_js("commit")).map(drop)
}
