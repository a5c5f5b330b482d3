//! Development only: large data without ten thousand sign-ups, and waking an object after the clock
//! has moved.

use crate::{
    error::Rejection,
    features::{
        accounts::record::Profile,
        members::{record::MemberRecord, rules},
    },
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, Role, TeamId};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Members>()];

/// Members numbered from `from`, whose accounts do not exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members {
    pub from: usize,
    pub count: usize,
}

impl Command for Members {
    type On = object::Team;
    type Reply = usize;
    const NAME: &'static str = "dev.members";
}

impl Rule for Members {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<usize, Rejection> {
        members(tx, context, team, self.from, self.count)
    }
}

pub fn members(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    from: usize,
    count: usize,
) -> Result<usize, Rejection> {
    context.only_system()?;
    if tx.get(&key::team(team)).is_none() {
        return Err(Rejection::not_found());
    }
    for n in from..from.saturating_add(count) {
        let account: AccountId = context.id();
        let now = tx.now();
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
        rules::put(tx, team, &MemberRecord { account, role, joined, profile });
    }
    Ok(count)
}

/// The name of the command with which any object does what its alarm would do now.
pub const WAKE: &str = "dev.wake";
