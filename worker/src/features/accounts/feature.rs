//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::accounts::{http, profile, rules},
};

pub const FEATURE: Feature =
    Feature { commands: &[profile::COMMANDS, rules::COMMANDS], timers: &[], routes: http::routes };
