//! Events of a team that concern other features: what a member made or was given depends on the membership.

use crate::{access::asked::Permit, object::context::Context, store::Transaction};
use guildhall_shared::{AccountId, TeamId};

/// Each feature matches on it in its `feature.rs`, without a wildcard: a new event does not compile until every feature that
/// holds something of members says what becomes of it.
#[derive(Debug)]
pub enum TeamEvent<'a> {
    /// A member lost a role that allows more.
    MemberDemoted { member: AccountId, by: &'a Permit },
    /// A member was removed or left.
    MemberRemoved { member: AccountId, by: &'a Permit },
    /// The account of a member was deactivated. The membership stays.
    MemberDeactivated { member: AccountId },
    /// The account of a member is erased.
    MemberErased { member: AccountId },
}

/// What a feature does on an event of a team, in the same transaction.
pub type OnTeamEvent = fn(&mut Transaction<'_>, &Context<'_>, TeamId, &TeamEvent<'_>);

/// Raises events. The product implements it over all features; whoever raises one need not know them.
pub trait TeamEvents {
    fn raise(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, event: &TeamEvent<'_>);
}
