//! What the feature adds to the server.

use crate::{feature::Feature, features::security_log::http};

pub const FEATURE: Feature = Feature { commands: &[super::COMMANDS], timers: &[], routes: http::routes };
