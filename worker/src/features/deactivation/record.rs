//! What is stored of leaving and coming back, and under which keys.

use crate::store::{Key, primary_only};
use guildhall_shared::{
    Timestamp,
    id::{AttemptId, LinkId},
};
use serde::{Deserialize, Serialize};

/// An attempt that is under way: meanwhile the account comes into no team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingRecord {
    pub attempt: AttemptId,
    pub since: Timestamp,
}

/// The link that brings the account back. It ends when erasing begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComeBackRecord {
    pub link: LinkId,
    pub until: Timestamp,
}

primary_only!(LeavingRecord, ComeBackRecord);

/// Primary only: an attempt to leave that is under way.
pub fn leaving() -> Key<LeavingRecord> {
    Key::new("leaving".to_owned())
}

/// Primary only: the link that brings the account back.
pub fn come_back() -> Key<ComeBackRecord> {
    Key::new("come-back".to_owned())
}
