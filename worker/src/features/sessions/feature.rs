//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_team_event},
    features::{
        accounts::event::AccountEvent,
        sessions::{http, rules, session, session_life, session_list},
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::AccountId;

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS, session_life::COMMANDS, session_list::COMMANDS],
    timers: &[],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event,
};

/// Every session ends.
fn on_account_event(tx: &mut Transaction<'_>, _: &Context<'_>, id: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated | AccountEvent::TakenBack { .. } => session::end_all(tx, id),
    }
}
