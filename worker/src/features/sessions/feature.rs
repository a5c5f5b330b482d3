//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::sessions::{http, rules, session_life, session_list},
};

pub const FEATURE: Feature = Feature {
    commands: &[rules::COMMANDS, session_life::COMMANDS, session_list::COMMANDS],
    timers: &[],
    routes: http::routes,
};
