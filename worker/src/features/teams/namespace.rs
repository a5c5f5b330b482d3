//! A unique name: one object per name, so that of several claims one wins.
//!
//! A claim lapses unless it is kept. Before it does, the name asks whoever claimed it.

use crate::{
    error::Rejection,
    features::teams::record::{Holder, NamespaceClaimRecord, NamespaceRecord, ReservedRecord, State},
    object::{self, Command, Handler, ObjectName, Rule, TimerHandler, context::Context, rule, timer, timer_saga},
    store::{Draft, key},
};
use guildhall_shared::{
    TeamId, Timestamp,
    timestamp::{DAY, HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<Claim>(), rule::<Keep>(), rule::<Release>(), rule::<Erase>(), rule::<Retire>()];

pub const TIMERS: &[TimerHandler] = &[timer_saga::<Lapse>(), timer_saga::<Nameless>()];

timer!(
    /// A claim asks whoever made it, or a reservation ends.
    Lapse on object::Namespace as "lapse"
);

timer!(
    /// What erasing a name has left in the outbox has long gone.
    Nameless on object::Namespace as "nameless"
);

/// How long a claim stands before the name asks.
pub const CLAIM: i64 = 5 * MINUTE;

/// How long a name that was given up stays reserved for its old holder.
pub const RESERVED: i64 = 90 * DAY;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub holder: Holder,
    pub team: TeamId,
    pub asker: ObjectName,
}

impl Command for Claim {
    type On = object::Namespace;
    type Reply = ();
    const NAME: &'static str = "namespace.claim";
}

impl Rule for Claim {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _name: String) -> Result<(), Rejection> {
        context.only_system()?;
        let standing = standing(draft);
        match standing {
            _ if is_reserved(draft) => Err(taken()),
            Some(claim) if claim.holder != self.holder => Err(taken()),
            Some(NamespaceClaimRecord { state: State::Kept, .. }) => Ok(()),
            standing => {
                let reserved = standing.and_then(|claim| reserved(&claim.state));
                let until = draft.now().plus(CLAIM);
                let state = State::Claimed { asker: self.asker.clone(), until, reserved };
                draft.put(
                    &key::namespace_claim(),
                    &NamespaceClaimRecord { holder: self.holder, team: self.team, state },
                );
                draft.set_timer(&Lapse, until);
                Ok(())
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keep {
    pub holder: Holder,
}

impl Command for Keep {
    type On = object::Namespace;
    type Reply = ();
    const NAME: &'static str = "namespace.keep";
}

impl Rule for Keep {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        let claim = held(draft, self.holder).ok_or_else(taken)?;
        keep(draft, &name, &claim);
        Ok(())
    }
}

/// Frees it at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    pub holder: Holder,
}

impl Command for Release {
    type On = object::Namespace;
    type Reply = ();
    const NAME: &'static str = "namespace.release";
}

impl Rule for Release {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if held(draft, self.holder).is_some() {
            free(draft, &name);
        }
        Ok(())
    }
}

/// Reserves it for ever, for nobody, without a word of who had it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erase {
    pub holder: Holder,
}

impl Command for Erase {
    type On = object::Namespace;
    type Reply = ();
    const NAME: &'static str = "namespace.erase";
}

impl Rule for Erase {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if held(draft, self.holder).is_some() {
            free(draft, &name);
            draft.put(&key::reserved(), &ReservedRecord { hash: context.installation.blind("namespace", &name) });
            draft.set_timer(&Nameless, draft.now().plus(HOUR));
        }
        Ok(())
    }
}

/// Gives it up, with 90 days to take it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retire {
    pub holder: Holder,
}

impl Command for Retire {
    type On = object::Namespace;
    type Reply = ();
    const NAME: &'static str = "namespace.retire";
}

impl Rule for Retire {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if let Some(claim) = held(draft, self.holder) {
            let until = draft.now().plus(RESERVED);
            draft.put(&key::namespace_claim(), &NamespaceClaimRecord { state: State::Retired { until }, ..claim });
            draft.delete(&key::namespace(&name));
            draft.set_timer(&Lapse, until);
        }
        Ok(())
    }
}

/// The claim on the name that counts: of one that was given up, while it is reserved.
fn standing(draft: &Draft<'_>) -> Option<NamespaceClaimRecord> {
    draft.get(&key::namespace_claim()).filter(|claim| match &claim.state {
        State::Retired { until } => *until > draft.now(),
        State::Claimed { .. } | State::Kept => true,
    })
}

/// The claim of this holder.
fn held(draft: &Draft<'_>, holder: Holder) -> Option<NamespaceClaimRecord> {
    standing(draft).filter(|claim| claim.holder == holder && !is_reserved(draft))
}

/// Whether nobody has the name again.
fn is_reserved(draft: &Draft<'_>) -> bool {
    draft.get(&key::reserved()).is_some()
}

fn taken() -> Rejection {
    Rejection::conflict("This name is taken. Choose another.")
}

/// Forgets even its own name, which an object knows for its alarm. It has none after this.
pub fn forget_name(draft: &mut Draft<'_>) {
    draft.stop_timer(&Nameless);
    draft.delete(&key::named::<ReservedRecord>(key::NAME));
}

pub fn keep(draft: &mut Draft<'_>, name: &str, claim: &NamespaceClaimRecord) {
    draft.put(&key::namespace(name), &NamespaceRecord { team: claim.team });
    draft.put(&key::namespace_claim(), &NamespaceClaimRecord { state: State::Kept, ..claim.clone() });
    draft.stop_timer(&Lapse);
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
            draft.set_timer(&Lapse, until);
        }
        _ => free(draft, name),
    }
}

/// Makes the name free for anybody.
pub fn free(draft: &mut Draft<'_>, name: &str) {
    draft.delete(&key::namespace_claim());
    draft.delete(&key::namespace(name));
    draft.stop_timer(&Lapse);
}
