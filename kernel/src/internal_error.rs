//! A failure on our side, as opposed to a rejection.

use crate::json::Wrong;
use serde::{Deserialize, Serialize};

/// Why something failed that should not have. The text is for the log only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InternalError(String);

impl InternalError {
    pub fn new(inside: impl Into<String>) -> Self {
        Self(inside.into())
    }

    pub fn inside(&self) -> &str {
        &self.0
    }
}

impl From<String> for InternalError {
    fn from(inside: String) -> Self {
        Self(inside)
    }
}

impl From<Wrong> for InternalError {
    fn from(why: Wrong) -> Self {
        Self(format!("JSON: {why}"))
    }
}
