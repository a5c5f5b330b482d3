//! What is stored of teams and of names, and under which keys.

use crate::{
    object::call::ObjectName,
    store::{Key, Priority, Record, primary_only},
};
use guildhall_shared::{AccountId, TeamId, Timestamp, id::AttemptId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    Account(AccountId),
    Team(TeamId),
}

/// What a kept name leads to, in the replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceRecord {
    /// The team; for an account its private workspace.
    pub team: TeamId,
}

impl Record for NamespaceRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Roster);
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceClaimRecord {
    pub holder: Holder,
    pub team: TeamId,
    pub state: State,
}

impl Record for NamespaceClaimRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

/// A name whose holder was erased: nobody has it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedRecord {
    /// A keyed hash of the name.
    pub hash: String,
}

primary_only!(ReservedRecord);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRecord {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
    pub bio: String,
    pub location: String,
    pub website: String,
    /// Whether it is an account's private workspace.
    pub private: bool,
    pub owner: AccountId,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// The attempt of its owner to leave, for which nobody may come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<AttemptId>,
}

impl Record for TeamRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Roster);
}

// The namespace object owns:

pub fn namespace(name: &str) -> Key<NamespaceRecord> {
    Key::new(format!("namespace/{name}"))
}

/// Primary only.
pub fn namespace_claim() -> Key<NamespaceClaimRecord> {
    Key::new("claim".to_owned())
}

/// Primary only: the name of someone who was erased.
pub fn reserved() -> Key<ReservedRecord> {
    Key::new("reserved".to_owned())
}

pub fn team(id: TeamId) -> Key<TeamRecord> {
    Key::new(format!("team/{id}"))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Whom to ask before it lapses.
    Claimed {
        asker: ObjectName,
        until: Timestamp,
        /// Until when it is reserved for its holder, should nothing come of taking it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reserved: Option<Timestamp>,
    },
    Kept,
    /// Given up; only the old holder may have it again until then.
    Retired {
        until: Timestamp,
    },
}
