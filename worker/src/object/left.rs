//! What is left of a budget, for an answer to say.

use serde::{Deserialize, Serialize};

/// What is left of a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub name: String,
    pub most: usize,
    /// In seconds.
    pub window: i64,
    pub left: usize,
    /// Seconds until more is left.
    pub more_in: i64,
}
