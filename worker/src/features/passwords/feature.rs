//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::passwords::{http, password},
};

pub const FEATURE: Feature = Feature { commands: &[password::COMMANDS], timers: &[], routes: http::routes };
