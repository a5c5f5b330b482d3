//! People in a team: roles, removal, leaving. A team is never without its owner.

use crate::object::{self, Command};
use guildhall_shared::{AccountId, member::TeamMember};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAdmin {
    pub account: AccountId,
    pub is_admin: bool,
}

impl Command for SetAdmin {
    type On = object::Team;
    type Reply = TeamMember;
    const NAME: &'static str = "member.setAdmin";
}

/// Removes somebody else, or leaves.
/// Returns who went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    pub account: AccountId,
}

impl Command for Remove {
    type On = object::Team;
    type Reply = TeamMember;
    const NAME: &'static str = "member.remove";
}
