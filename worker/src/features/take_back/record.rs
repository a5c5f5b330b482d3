//! What is stored of links that take an account back, and under which keys.

use crate::store::{Key, Prefix, primary_only};
use guildhall_shared::{Timestamp, id::LinkId};
use serde::{Deserialize, Serialize};

/// A link that was mailed with the news that something was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeBackLinkRecord {
    /// The mailbox that has it.
    pub email: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

primary_only!(TakeBackLinkRecord);

/// Primary only: a link that was mailed with the news that something was added.
pub fn take_back_link(id: LinkId) -> Key<TakeBackLinkRecord> {
    Key::new(format!("take-back/{id}"))
}

/// Primary only.
pub fn take_back_links() -> Prefix<TakeBackLinkRecord> {
    Prefix::new("take-back/".to_owned())
}
