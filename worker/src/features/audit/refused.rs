//! Refusals of members, counted by the minute: one line of the audit log for each member, action and
//! minute, so that someone who tries shows, and cannot flood the log.

use crate::{
    features::audit::record::RefusedRecord,
    object::{class, timer::timer},
    store::{Transaction, key},
};
use guildhall_kernel::Command;
use guildhall_shared::{AccountId, Action, timestamp::MINUTE};
use serde::{Deserialize, Serialize};

timer!(
    /// Ends the minute in which denied requests of a member are counted together.
    WriteRefused(AccountId) on class::Team as "refused"
);

/// From the edge: a member may not read this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountRefusal {
    pub account: AccountId,
    pub action: Action,
}

impl Command for CountRefusal {
    type On = class::Team;
    type Reply = ();
    const NAME: &'static str = "team.refused";
}

pub fn count(tx: &mut Transaction<'_>, account: AccountId, action: Action) {
    let now = tx.now();
    let place = key::refused(account);
    let mut record = tx.get(&place).unwrap_or_else(|| RefusedRecord { since: now, counts: vec![] });
    match record.counts.iter_mut().find(|(known, _)| *known == action) {
        Some((_, count)) => *count += 1,
        None => record.counts.push((action, 1)),
    }
    tx.put(&place, &record);
    tx.set_timer(&WriteRefused(account), record.since.plus(MINUTE));
}

/// Drops what is counted of someone and not written yet.
pub fn forget(tx: &mut Transaction<'_>, account: AccountId) {
    if tx.get(&key::refused(account)).is_some() {
        tx.delete(&key::refused(account));
        tx.stop_timer(&WriteRefused(account));
    }
}
