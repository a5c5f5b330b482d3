//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_team_event},
    features::{
        accounts::event::AccountEvent,
        emails::{confirmation, confirmation_rules, email, email_change, http},
    },
    object::{Context, TimerRule},
    store::Transaction,
};
use guildhall_shared::AccountId;

pub const FEATURE: Feature = Feature {
    commands: &[confirmation_rules::COMMANDS, email::COMMANDS, email_change::COMMANDS],
    timers: &[confirmation_rules::TIMERS, email::TIMERS, email_change::TIMERS],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event,
};

/// A change that waits ends. The link that undoes one is kept: whoever was robbed of the account still holds it.
fn on_account_event(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated => {
            email_change::LapsePending.fire(tx, context, id);
            confirmation::void_links(tx);
        }
        // The link puts an email back first, which ends what waits.
        AccountEvent::TakenBack { .. } => {}
    }
}
