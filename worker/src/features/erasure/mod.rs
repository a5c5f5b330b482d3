//! Erasing what was known of a person: in the account itself, and in every team that it was in or
//! invited to. Each step may be repeated, so that what was cut short is simply done again.
//!
//! Ids stay in the chained lines of other teams' logs; names, addresses and what changed do not.

pub mod feature;
pub mod record;
pub mod rules;
pub mod saga;

use crate::{
    features::accounts::record::MarkRecord,
    object::{self, Command, timer},
    store::Transaction,
};
use guildhall_shared::{AccountId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

timer!(
    /// The time to come back is over.
    EraseAccount on object::Account as "erase"
);

timer!(
    /// A team continues with one of its jobs, by its name.
    GoOn(String) on object::Team as "erasing"
);

/// From an account that goes: its private workspace goes too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purge;

impl Command for Purge {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.purge";
}

/// From an account that is erased, with its emails as keyed hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erase {
    pub account: AccountId,
    pub emails: Vec<String>,
}

impl Command for Erase {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.erase";
}

/// From the email of an account that is erased: it was invited here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EraseEmail {
    pub email: String,
}

impl Command for EraseEmail {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.eraseEmail";
}

/// Whom an account has to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub teams: Vec<TeamId>,
    /// Emails that the account holds, as keyed hashes.
    pub emails: Vec<String>,
    /// Emails that it once had. Someone else may have one by now.
    pub former: Vec<String>,
    pub names: Vec<String>,
}

/// Notes with its time that something was once the account's.
pub fn mark(tx: &mut Transaction<'_>, place: &crate::store::Key<MarkRecord>) {
    let at: Timestamp = tx.now();
    tx.put(place, &MarkRecord { at });
}
