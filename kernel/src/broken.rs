//! Something failed inside.

use crate::json::Wrong;
use serde::{Deserialize, Serialize};

/// Why something failed that should not have; the text is for the log alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Broken(String);

impl Broken {
    pub fn new(inside: impl Into<String>) -> Self {
        Self(inside.into())
    }

    pub fn inside(&self) -> &str {
        &self.0
    }
}

impl From<String> for Broken {
    fn from(inside: String) -> Self {
        Self(inside)
    }
}

impl From<Wrong> for Broken {
    fn from(why: Wrong) -> Self {
        Self(format!("JSON: {why}"))
    }
}
