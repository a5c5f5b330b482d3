//! Factors that someone has removed or replaced. They prove nothing any more, but are kept for a while: whoever takes
//! the account back by a mailed link gets back what stood before.

use crate::{
    features::{
        second_factor::record::{Former, FormerFactorRecord},
        take_back,
    },
    object::context::Context,
    store::{Transaction, key},
};
use guildhall_shared::{Timestamp, take_back::REACH, timestamp::DAY};

/// How long one is kept: a day longer than a link reaches back. Between turning an app off and turning the next one on
/// an account has none for some minutes, and no link finds it there.
pub const KEPT: i64 = REACH + DAY;

/// Of one kind at once.
const MOST: usize = 20;

/// Keeps a factor that was just removed. Of too many of a kind the newest goes: whoever adds and removes one after the
/// other does not push out what its owner had.
pub fn keep(tx: &mut Transaction<'_>, context: &Context<'_>, factor: Former) {
    let is_alike = |other: &Former| core::mem::discriminant(other) == core::mem::discriminant(&factor);
    let mut alike: Vec<_> =
        tx.scan(&key::former_factors()).into_iter().filter(|(_, of)| is_alike(&of.factor)).collect();
    alike.sort_by_key(|(_, of)| of.factor.since());
    if let Some((newest, record)) = alike.get(MOST - 1) {
        if record.factor.since() <= factor.since() {
            return;
        }
        if let Ok(newest) = newest.parse() {
            tx.delete(&key::former_factor(newest));
        }
    }
    let now = tx.now();
    let record = FormerFactorRecord { factor, removed: now, until: now.plus(KEPT) };
    tx.put(&key::former_factor(context.id()), &record);
    take_back::forget(tx);
}

/// Those that were removed since a time and had been there before `stood`, the one that was there longest first. They
/// are kept no longer: they come back.
pub fn take(tx: &mut Transaction<'_>, stood: Timestamp, removed_since: Timestamp) -> Vec<Former> {
    let now = tx.now();
    let is_wanted =
        |of: &FormerFactorRecord| of.until > now && of.factor.since() < stood && of.removed >= removed_since;
    let mut taken = vec![];
    for (id, record) in tx.scan(&key::former_factors()) {
        if is_wanted(&record)
            && let Ok(id) = id.parse()
        {
            tx.delete(&key::former_factor(id));
            taken.push(record.factor);
        }
    }
    taken.sort_by_key(Former::since);
    taken
}

/// Forgets all of them, for an account that gets its rightful owner.
pub fn erase(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::former_factors());
}
