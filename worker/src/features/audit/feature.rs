//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::audit::{http, refused_rules, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS, refused_rules::COMMANDS],
    timers: &[refused_rules::TIMERS],
    routes: http::routes,
};
