//! Development only: large data without ten thousand sign-ups, and waking an object after the clock
//! has moved.

use super::{Context, account::Profile, member, member::MemberRecord};
use crate::{
    error::Refusal,
    store::{Draft, key},
};
use guildhall_shared::{AccountId, Role, TeamId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// Members numbered from `from`, whose accounts do not exist.
    Members { from: usize, count: usize },
    /// Does what the alarm would do now.
    Wake,
}

pub fn run(draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId, command: &Command) -> Result<usize, Refusal> {
    context.only_system()?;
    let Command::Members { from, count } = command else { return Ok(0) };
    if draft.get(&key::team(team)).is_none() {
        return Err(Refusal::not_found());
    }
    for n in *from..from.saturating_add(*count) {
        let account: AccountId = context.id();
        let now = draft.now();
        let joined = now.plus(-i64::try_from(n).unwrap_or_default() * 60_000);
        let username = format!("member-{n}");
        let profile = Profile {
            revision: 1,
            email: format!("{username}@example.com"),
            username,
            first_name: format!("Member {n}"),
            created: joined,
            confirmed: Some(joined),
            last_active: Some(joined.day()),
            ..Profile::default()
        };
        let role = if n % 10 == 3 { Role::Admin } else { Role::Member };
        member::put(draft, team, &MemberRecord { account, role, joined, profile });
    }
    Ok(*count)
}
