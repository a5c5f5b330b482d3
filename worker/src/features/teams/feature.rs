//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::teams::{http, link, namespace, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[link::COMMANDS, namespace::COMMANDS, rules::COMMANDS],
    timers: &[link::TIMERS, namespace::TIMERS],
    routes: http::routes,
};
