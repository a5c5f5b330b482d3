//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::second_factor::{http, recovery_code, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[recovery_code::COMMANDS, rules::COMMANDS],
    timers: &[],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
