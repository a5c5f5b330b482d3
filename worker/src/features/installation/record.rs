//! What is stored of the installation's keys, and under which keys.

use crate::{
    credentials::secret::{Shown, equal},
    store::{Key, Priority, Record, primary_only},
};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};

/// Where the visit finds the objects in the replica, one after the other.
const PLACES: [&str; 2] = ["account/", "team/"];

/// The keys that were last seen, in their order. The first makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationRecord {
    /// The check value of the key that stays.
    pub index: String,
    pub keys: Vec<KeyRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    pub id: String,
    pub check: String,
    pub since: Timestamp,
    /// Since when another one makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Timestamp>,
    /// How many values it wraps, by the last count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// Since when it wraps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Timestamp>,
}

impl Record for InstallationRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Rest);
}

/// How far the visit to everybody has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkRecord {
    pub began: Timestamp,
    /// Which of the places.
    pub place: usize,
    /// Where the replica's list continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Who was visited last: the next page may begin with them.
    pub last: String,
    /// How many values each key wraps, so far.
    pub held: Vec<(String, u64)>,
    /// How many could not be visited.
    pub missed: u64,
}

primary_only!(WalkRecord);

impl InstallationRecord {
    /// Whether these are the keys that were seen last, or what the operator has to change. Where they are neither, they
    /// are to be noted.
    pub fn judge(&self, shown: &Shown) -> Result<bool, String> {
        if !equal(&self.index, &shown.index) {
            return Err(
                "INSTALLATION_KEYS lacks the key that emails and credentials are known by. Put it back as index, \
                or as the last key."
                    .to_owned(),
            );
        }
        for key in &self.keys {
            match shown.keys.iter().find(|shown| shown.id == key.id) {
                Some(shown) if equal(&shown.check, &key.check) => {}
                Some(_) => {
                    return Err(format!(
                        "INSTALLATION_KEYS has another key as {0} than before. Put the former {0} back, and give \
                         a new key an id of its own.",
                        key.id
                    ));
                }
                None if key.done.is_some() => {}
                None => {
                    return Err(format!("INSTALLATION_KEYS lacks {}, which is still needed. Put it back.", key.id));
                }
            }
        }
        Ok(self.keys.iter().map(|key| &key.id).eq(shown.keys.iter().map(|key| &key.id)))
    }
}

impl WalkRecord {
    pub fn prefix(&self) -> Option<&'static str> {
        PLACES.get(self.place).copied()
    }
}

// The installation object owns:

pub fn installation() -> Key<InstallationRecord> {
    Key::new("installation".to_owned())
}

/// Primary only.
pub fn walk() -> Key<WalkRecord> {
    Key::new("walk".to_owned())
}
