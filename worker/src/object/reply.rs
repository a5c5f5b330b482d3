//! What objects answer with.

use crate::{
    error::{InternalError, Rejection},
    json::Json,
    product::Guildhall,
    store::Row,
};
use guildhall_shared::page::{Cursor, Page};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A team with the revision that `If-Match` refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revised<T> {
    pub revision: u64,
    pub value: T,
}

/// What an object says to a command.
pub type CommandResult<T = Json> = Result<T, Rejection>;

/// What an object says to a call, and what is left of the caller's budgets that it was counted in.
pub type Replied = guildhall_kernel::Replied<Guildhall>;

pub type Object = guildhall_kernel::Object<Guildhall>;

/// Cuts a page out of rows, wherever they came from.
pub fn cut(page: &Page, rows: Vec<Row>) -> (Vec<Row>, Option<Cursor>) {
    page.cut(rows, |row| Cursor::at(row.at, row.id.clone()))
}

/// A page of what is in the primary only, and where the next one starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageOf<T> {
    pub items: T,
    pub next: Option<String>,
}

pub fn to_json<T: Serialize>(value: &T) -> Result<Json, InternalError> {
    Ok(Json::of(value)?)
}

pub fn from_json<T: DeserializeOwned>(json: &Json) -> Result<T, InternalError> {
    Ok(json.read()?)
}

/// Whether an object answered yes. A rejection counts as no.
pub fn is_yes(answer: &CommandResult<bool>) -> bool {
    answer.as_ref().is_ok_and(|yes| *yes)
}
