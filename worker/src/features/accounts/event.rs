//! Events of an account that concern other features: what signs in, and what was added, depends on whose it is.

use crate::{object::context::Context, store::Transaction};
use guildhall_shared::{AccountId, Timestamp, take_back::TakenItem};

/// Each feature matches on it in its `feature.rs`, without a wildcard: a new event does not compile until every feature that
/// holds something of an account says what becomes of it.
#[derive(Debug)]
pub enum AccountEvent<'a> {
    /// The account was deactivated.
    Deactivated,
    /// A mailed link took the account back. What was added since then is removed and listed; second factors are not: those that
    /// stood before come back with them, which `take_back` decides together.
    TakenBack { since: Timestamp, take_backs: u64, removed: &'a mut Vec<TakenItem> },
}

/// What a feature does on an event of an account, in the same transaction.
pub type OnAccountEvent = fn(&mut Transaction<'_>, &Context<'_>, AccountId, &mut AccountEvent<'_>);

/// Raises events. The product implements it over all features; whoever raises one need not know them.
pub trait AccountEvents {
    fn raise(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId, event: AccountEvent<'_>);
}
