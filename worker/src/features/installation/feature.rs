//! What the feature adds to the server.

use crate::{feature::Feature, features::installation::http};

pub const FEATURE: Feature = Feature { commands: &[super::COMMANDS], timers: &[super::TIMERS], routes: http::routes };
