//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_team_event},
    features::{
        accounts::event::AccountEvent,
        sign_in::{attempt_rules, challenge, device, http},
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::AccountId;

pub const FEATURE: Feature = Feature {
    commands: &[attempt_rules::COMMANDS, challenge::COMMANDS],
    timers: &[super::TIMERS],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event,
};

/// Sign-ins that wait for a second factor end, and no browser is known any more.
fn on_account_event(tx: &mut Transaction<'_>, _: &Context<'_>, _: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated | AccountEvent::TakenBack { .. } => {
            challenge::void_all(tx);
            device::forget_all(tx);
        }
    }
}
