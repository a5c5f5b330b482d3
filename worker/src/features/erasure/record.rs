//! What is stored of what is still to be erased, and under which keys.

use crate::store::{Key, primary_only};
use guildhall_shared::AccountId;
use serde::{Deserialize, Serialize};

/// What a team is still at, under the id of whom it erases, a keyed hash of an email, or `team`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ErasingRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Keyed hashes.
    pub emails: Vec<String>,
    /// API keys that the account made, as far as the log has been read.
    pub keys: Vec<String>,
    /// The line to go on with.
    pub next: u64,
}

primary_only!(ErasingRecord);

/// Primary only: what is still to be erased here.
pub fn erasing(job: &str) -> Key<ErasingRecord> {
    Key::new(format!("erasing/{job}"))
}
