//! A record is a typed value under a typed key.

use core::marker::PhantomData;
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The order in which the outbox replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// A credential. Goes first, and its deletion is repeated.
    Credential,
    /// Who is in which team.
    Roster,
    Rest,
}

/// A value with a stored format.
pub trait Record: Serialize + DeserializeOwned {
    /// The version of the stored format. `upgrade` reads older ones.
    const VERSION: u8;
    /// `None` for a record that never leaves the primary.
    const PRIORITY: Option<Priority>;

    /// The metadata shown in lists: a JSON array of at most 1024 bytes, whose first element is the time that lists sort by.
    fn meta(&self) -> Option<String> {
        None
    }

    fn expires(&self) -> Option<Timestamp> {
        None
    }

    /// A record as an older version stored it, in the newest form; `None` where that version was never written.
    fn upgrade(version: u8, json: &str) -> Option<Self> {
        let _ = (version, json);
        None
    }
}

/// The key of a record of the type `R`.
#[derive(Debug, Clone)]
pub struct Key<R>(String, PhantomData<R>);

impl<R> Key<R> {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the keys of a list start with.
#[derive(Debug, Clone)]
pub struct Prefix<R>(String, PhantomData<R>);

impl<R> Prefix<R> {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
