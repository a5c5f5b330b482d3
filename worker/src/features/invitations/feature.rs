//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event},
    features::{
        invitations::{http, invitation, invitation_answer, inviting},
        teams::event::TeamEvent,
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::TeamId;

pub const FEATURE: Feature = Feature {
    commands: &[invitation::COMMANDS, invitation_answer::COMMANDS, inviting::COMMANDS],
    timers: &[invitation_answer::TIMERS],
    routes: http::routes,
    on_team_event,
    on_account_event: no_account_event,
};

/// What someone has offered ends with their right to invite.
fn on_team_event(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, event: &TeamEvent<'_>) {
    match event {
        TeamEvent::MemberDemoted { member, by } | TeamEvent::MemberRemoved { member, by } => {
            invitation_answer::end_of_maker(tx, context, team, *member, Some(by));
        }
        TeamEvent::MemberDeactivated { member } | TeamEvent::MemberErased { member } => {
            invitation_answer::end_of_maker(tx, context, team, *member, None);
        }
    }
}
