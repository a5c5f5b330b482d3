//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::sign_in::{attempt_rules, challenge, http},
};

pub const FEATURE: Feature = Feature {
    commands: &[attempt_rules::COMMANDS, challenge::COMMANDS],
    timers: &[super::TIMERS],
    routes: http::routes,
};
