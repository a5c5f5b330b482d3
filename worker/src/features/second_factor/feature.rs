//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::second_factor::{http, recovery_code, rules},
};

pub const FEATURE: Feature =
    Feature { commands: &[recovery_code::COMMANDS, rules::COMMANDS], timers: &[], routes: http::routes };
