//! A unique name: one object per name, so that of several claims one wins.
//!
//! A claim lapses unless it is kept. Before it does, the name asks its claimant.

use crate::{
    error::Rejection,
    features::teams::record::{Holder, NamespaceClaimRecord, NamespaceRecord, ReservedRecord, State},
    object::{self, Command, Handler, ObjectName, Rule, TimerHandler, context::Context, rule, timer, timer_saga},
    store::{Transaction, key},
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
    /// A claim asks its maker, or a reservation ends.
    Lapse on object::Namespace as "lapse"
);

timer!(
    /// What erasing a name has left in the outbox has long gone.
    Nameless on object::Namespace as "nameless"
);

/// How long a claim lasts before the name asks.
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _name: String) -> Result<(), Rejection> {
        context.only_system()?;
        let standing = standing(tx);
        match standing {
            _ if is_reserved(tx) => Err(taken()),
            Some(claim) if claim.holder != self.holder => Err(taken()),
            Some(NamespaceClaimRecord { state: State::Kept, .. }) => Ok(()),
            standing => {
                let reserved = standing.and_then(|claim| reserved(&claim.state));
                let until = tx.now().plus(CLAIM);
                let state = State::Claimed { asker: self.asker.clone(), until, reserved };
                tx.put(&key::namespace_claim(), &NamespaceClaimRecord { holder: self.holder, team: self.team, state });
                tx.set_timer(&Lapse, until);
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        let claim = held(tx, self.holder).ok_or_else(taken)?;
        keep(tx, &name, &claim);
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if held(tx, self.holder).is_some() {
            free(tx, &name);
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if held(tx, self.holder).is_some() {
            free(tx, &name);
            tx.put(&key::reserved(), &ReservedRecord { hash: context.installation.blind("namespace", &name) });
            tx.set_timer(&Nameless, tx.now().plus(HOUR));
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, name: String) -> Result<(), Rejection> {
        context.only_system()?;
        if let Some(claim) = held(tx, self.holder) {
            let until = tx.now().plus(RESERVED);
            tx.put(&key::namespace_claim(), &NamespaceClaimRecord { state: State::Retired { until }, ..claim });
            tx.delete(&key::namespace(&name));
            tx.set_timer(&Lapse, until);
        }
        Ok(())
    }
}

/// The claim on the name that counts: of one that was given up, while it is reserved.
fn standing(tx: &Transaction<'_>) -> Option<NamespaceClaimRecord> {
    tx.get(&key::namespace_claim()).filter(|claim| match &claim.state {
        State::Retired { until } => *until > tx.now(),
        State::Claimed { .. } | State::Kept => true,
    })
}

/// The claim of this holder.
fn held(tx: &Transaction<'_>, holder: Holder) -> Option<NamespaceClaimRecord> {
    standing(tx).filter(|claim| claim.holder == holder && !is_reserved(tx))
}

/// Whether nobody has the name again.
fn is_reserved(tx: &Transaction<'_>) -> bool {
    tx.get(&key::reserved()).is_some()
}

fn taken() -> Rejection {
    Rejection::conflict("This name is taken. Choose another.")
}

/// Forgets even its own name, which an object knows for its alarm. It has none after this.
pub fn forget_name(tx: &mut Transaction<'_>) {
    tx.stop_timer(&Nameless);
    tx.delete(&key::named::<ReservedRecord>(key::NAME));
}

pub fn keep(tx: &mut Transaction<'_>, name: &str, claim: &NamespaceClaimRecord) {
    tx.put(&key::namespace(name), &NamespaceRecord { team: claim.team });
    tx.put(&key::namespace_claim(), &NamespaceClaimRecord { state: State::Kept, ..claim.clone() });
    tx.stop_timer(&Lapse);
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
pub fn lapse(tx: &mut Transaction<'_>, name: &str, claim: &NamespaceClaimRecord) {
    let later = |until: &Timestamp| *until > tx.now();
    match (&claim.state, reserved(&claim.state).filter(later)) {
        (State::Claimed { .. }, Some(until)) => {
            let state = State::Retired { until };
            tx.put(&key::namespace_claim(), &NamespaceClaimRecord { state, ..claim.clone() });
            tx.set_timer(&Lapse, until);
        }
        _ => free(tx, name),
    }
}

/// Makes the name free for anybody.
pub fn free(tx: &mut Transaction<'_>, name: &str) {
    tx.delete(&key::namespace_claim());
    tx.delete(&key::namespace(name));
    tx.stop_timer(&Lapse);
}
