//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event},
    features::{
        audit::{http, refused, refused_rules, rules},
        teams::event::TeamEvent,
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::TeamId;

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS, refused_rules::COMMANDS],
    timers: &[refused_rules::TIMERS],
    routes: http::routes,
    on_team_event,
    on_account_event: no_account_event,
};

/// Refusals that are still counted are not written for an account that is erased.
fn on_team_event(tx: &mut Transaction<'_>, _: &Context<'_>, _: TeamId, event: &TeamEvent<'_>) {
    match event {
        TeamEvent::MemberDemoted { .. } | TeamEvent::MemberRemoved { .. } | TeamEvent::MemberDeactivated { .. } => {}
        TeamEvent::MemberErased { member } => refused::forget(tx, *member),
    }
}
