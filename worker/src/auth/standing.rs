//! The caller's role in a team, as a read of the team learns it along the way.

use super::read::{Got, Want, fetch};
use crate::{
    domain::member::{self, MemberRecord},
    error::Error,
    layer::Call,
    store::{Key, key},
};
use guildhall_shared::{AccountId, Role, TeamId};

/// Where the caller's role is read: in their own record, or in the roster where that is wanted anyway.
pub struct Standing {
    account: AccountId,
    member: Key<MemberRecord>,
    in_roster: bool,
}

impl Standing {
    pub fn of(team: TeamId, account: AccountId, want: &Want) -> Self {
        Self { account, member: key::member(team, account), in_roster: want.lists(&key::members(team)) }
    }

    pub fn want(&self, want: Want) -> Want {
        if self.in_roster { want } else { want.key(&self.member) }
    }

    /// `None` where the caller is no member.
    pub async fn read(&self, call: &Call, got: &Got) -> Result<Option<Role>, Error> {
        if !self.in_roster {
            return Ok(got.get(&self.member)?.map(|member| member.role));
        }
        let row = got.rows.iter().find(|row| row.id == self.account.as_str());
        if let Some(role) = row.and_then(member::row_role) {
            return Ok(Some(role));
        }
        // Somebody new may not be in the replica's roster yet; their record comes from its owner then.
        let got = fetch(call, Want::default().key(&self.member)).await?;
        Ok(got.get(&self.member)?.map(|member| member.role))
    }
}
