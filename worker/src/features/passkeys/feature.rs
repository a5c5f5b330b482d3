//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::passkeys::{http, passkey_proof, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[passkey_proof::COMMANDS, rules::COMMANDS],
    timers: &[passkey_proof::TIMERS],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
