//! What the feature adds to the server.

use crate::{feature::Feature, features::sign_up::http};

pub const FEATURE: Feature = Feature { commands: &[super::COMMANDS], timers: &[], routes: http::routes };
