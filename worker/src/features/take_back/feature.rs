//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::take_back::rules,
};

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS],
    timers: &[rules::TIMERS],
    routes: Vec::new,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
