//! What a caller was found to have, and what they were asked for.

use crate::features::members::record::MemberRecord;
use guildhall_shared::{AccountId, Action, ApiKeyId, TeamId};
use serde::{Deserialize, Serialize};

/// Leave to do one action in one team.
#[derive(Debug)]
pub struct Permit {
    pub team: TeamId,
    pub account: AccountId,
    pub member: MemberRecord,
    pub key: Option<ApiKeyId>,
}

/// What a rule has asked of its caller. It stands with an answer that is kept for repeated calls, so that the same is
/// asked before someone gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Asked {
    /// Leave for an action of the team.
    Action(Action),
    /// A session that is alive.
    Session,
    /// One with a recent sign-in.
    Recent,
    /// One with a recent second factor.
    Factor,
}
