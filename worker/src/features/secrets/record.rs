//! What is stored of secrets, and under which keys.

use crate::{
    credentials::cipher::{Sealed, Wrapped},
    json,
    store::{Key, Listed, Prefix, Priority, Record, meta},
};
use guildhall_shared::{AccountId, TeamId, Timestamp, text::lower};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRecord {
    pub name: String,
    pub version: u64,
    pub created: Timestamp,
    pub modified: Timestamp,
}

impl Record for SecretRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Rest);

    fn meta(&self) -> Option<String> {
        meta(&(self.created.millis(), self.modified.millis()))
    }
}

/// What the list of secrets knows of one, out of its name and the row that it shows. The orders are those of
/// `secret::ORDERS`.
pub fn listed(name: &str, row: &str) -> Option<Listed> {
    let (created, modified): (i64, i64) = json::from_str(row).ok()?;
    let time = |at| Timestamp::from_millis(at).sort_key();
    Some(Listed {
        orders: vec![time(created), name.to_owned(), time(modified)],
        facet: String::new(),
        text: lower(name),
    })
}

/// One version of a value, encrypted under the team's data key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretValueRecord {
    pub sealed: Sealed,
    pub set_by: AccountId,
    pub at: Timestamp,
}

impl Record for SecretValueRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamKeyRecord {
    pub wrapped: Wrapped,
}

impl Record for TeamKeyRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

pub fn secret(team: TeamId, name: &str) -> Key<SecretRecord> {
    Key::new(format!("team/{team}/secret/{name}"))
}

pub fn secrets(team: TeamId) -> Prefix<SecretRecord> {
    Prefix::new(format!("team/{team}/secret/"))
}

/// Primary only.
pub fn secret_value(name: &str, version: u64) -> Key<SecretValueRecord> {
    Key::new(format!("secret-value/{name}/{version:010}"))
}

/// Primary only.
pub fn secret_values(name: &str) -> Prefix<SecretValueRecord> {
    Prefix::new(format!("secret-value/{name}/"))
}

/// Primary only: the team's data key, wrapped.
pub fn team_key() -> Key<TeamKeyRecord> {
    Key::new("team-key".to_owned())
}
