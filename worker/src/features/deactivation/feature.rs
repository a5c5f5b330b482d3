//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::deactivation::{http, rules},
};

pub const FEATURE: Feature = Feature { commands: &[rules::COMMANDS], timers: &[rules::TIMERS], routes: http::routes };
