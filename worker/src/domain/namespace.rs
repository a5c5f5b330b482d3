//! A unique name: one object per name, so that of several claims one wins.
//!
//! A claim lapses unless it is kept. Before it does, the name asks whoever claimed it.

use super::Context;
use crate::{
    error::Refusal,
    object::ObjectName,
    store::{Draft, Rank, Record, key, primary_only},
};
use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    timestamp::{DAY, HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

/// How long a claim stands before the name asks.
pub const CLAIM: i64 = 5 * MINUTE;
/// How long a name that was given up stays reserved for its old holder.
pub const RESERVED: i64 = 90 * DAY;
/// What the alarm calls it.
pub const DUE: &str = "lapse";
/// When what erasing a name has left in the outbox has long gone.
pub const DUE_NAMELESS: &str = "nameless";

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
    const RANK: Option<Rank> = Some(Rank::Roster);
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceClaimRecord {
    pub holder: Holder,
    pub team: TeamId,
    pub state: State,
}

impl Record for NamespaceClaimRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

/// A name whose holder was erased: nobody has it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedRecord {
    /// A keyed hash of the name.
    pub hash: String,
}

primary_only!(ReservedRecord);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    Claim {
        holder: Holder,
        team: TeamId,
        asker: ObjectName,
    },
    Keep {
        holder: Holder,
    },
    /// Frees it at once.
    Release {
        holder: Holder,
    },
    /// Reserves it for ever, for nobody, without a word of who had it.
    Erase {
        holder: Holder,
    },
    /// Gives it up, with 90 days to take it back.
    Retire {
        holder: Holder,
    },
}

pub fn run(draft: &mut Draft<'_>, context: &Context<'_>, name: &str, command: &Command) -> Result<(), Refusal> {
    context.only_system()?;
    let now = draft.now();
    let place = key::namespace_claim();
    if draft.get(&key::reserved()).is_some() {
        return match command {
            Command::Claim { .. } | Command::Keep { .. } => Err(taken()),
            Command::Release { .. } | Command::Retire { .. } | Command::Erase { .. } => Ok(()),
        };
    }
    let standing = draft.get(&place).filter(|claim| match &claim.state {
        State::Retired { until } => *until > now,
        State::Claimed { .. } | State::Kept => true,
    });
    match command {
        Command::Claim { holder, team, asker } => match standing {
            Some(claim) if claim.holder != *holder => Err(taken()),
            Some(NamespaceClaimRecord { state: State::Kept, .. }) => Ok(()),
            standing => {
                let reserved = standing.and_then(|claim| reserved(&claim.state));
                let until = now.plus(CLAIM);
                let state = State::Claimed { asker: asker.clone(), until, reserved };
                draft.put(&place, &NamespaceClaimRecord { holder: *holder, team: *team, state });
                draft.due(DUE, until);
                Ok(())
            }
        },
        Command::Keep { holder } => {
            let claim = standing.filter(|claim| claim.holder == *holder);
            let claim = claim.ok_or_else(taken)?;
            keep(draft, name, &claim);
            Ok(())
        }
        Command::Release { holder } => {
            if standing.is_some_and(|claim| claim.holder == *holder) {
                free(draft, name);
            }
            Ok(())
        }
        Command::Erase { holder } => {
            if standing.is_some_and(|claim| claim.holder == *holder) {
                free(draft, name);
                draft.put(&key::reserved(), &ReservedRecord { hash: context.installation.blind("namespace", name) });
                draft.due(DUE_NAMELESS, now.plus(HOUR));
            }
            Ok(())
        }
        Command::Retire { holder } => {
            if let Some(claim) = standing.filter(|claim| claim.holder == *holder) {
                draft.put(
                    &place,
                    &NamespaceClaimRecord { state: State::Retired { until: now.plus(RESERVED) }, ..claim },
                );
                draft.delete(&key::namespace(name));
                draft.due(DUE, now.plus(RESERVED));
            }
            Ok(())
        }
    }
}

fn taken() -> Refusal {
    Refusal::conflict("This name is taken. Choose another.")
}

/// Forgets even its own name, which an object knows for its alarm. It has none after this.
pub fn forget_name(draft: &mut Draft<'_>) {
    draft.not_due(DUE_NAMELESS);
    draft.delete(&key::named::<ReservedRecord>(key::NAME));
}

pub fn keep(draft: &mut Draft<'_>, name: &str, claim: &NamespaceClaimRecord) {
    draft.put(&key::namespace(name), &NamespaceRecord { team: claim.team });
    draft.put(&key::namespace_claim(), &NamespaceClaimRecord { state: State::Kept, ..claim.clone() });
    draft.not_due(DUE);
}

/// Until when a name is reserved for its old holder.
const fn reserved(state: &State) -> Option<Timestamp> {
    match state {
        State::Retired { until } => Some(*until),
        State::Claimed { reserved, .. } => *reserved,
        State::Kept => None,
    }
}

/// Ends a claim that nothing came of. A name that was reserved before is reserved again.
pub fn lapse(draft: &mut Draft<'_>, name: &str, claim: &NamespaceClaimRecord) {
    let later = |until: &Timestamp| *until > draft.now();
    match (&claim.state, reserved(&claim.state).filter(later)) {
        (State::Claimed { .. }, Some(until)) => {
            let state = State::Retired { until };
            draft.put(&key::namespace_claim(), &NamespaceClaimRecord { state, ..claim.clone() });
            draft.due(DUE, until);
        }
        _ => free(draft, name),
    }
}

/// Makes the name free for anybody.
pub fn free(draft: &mut Draft<'_>, name: &str) {
    draft.delete(&key::namespace_claim());
    draft.delete(&key::namespace(name));
    draft.not_due(DUE);
}
