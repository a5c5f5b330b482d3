//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::teams::{http, link, namespace, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[link::COMMANDS, namespace::COMMANDS, rules::COMMANDS],
    timers: &[link::TIMERS, namespace::TIMERS],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
