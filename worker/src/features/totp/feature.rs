//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::totp::{http, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS],
    timers: &[rules::TIMERS],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
