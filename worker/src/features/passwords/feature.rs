//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_team_event},
    features::{
        accounts::event::AccountEvent,
        passwords::{http, password},
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::AccountId;

pub const FEATURE: Feature = Feature {
    commands: &[password::COMMANDS],
    timers: &[],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event,
};

/// Links that were mailed before stop working.
fn on_account_event(tx: &mut Transaction<'_>, _: &Context<'_>, _: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated | AccountEvent::TakenBack { .. } => {
            password::void_links(tx);
            password::void_unlocks(tx);
        }
    }
}
