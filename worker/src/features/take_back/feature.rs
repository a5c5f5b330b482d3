//! What the feature adds to the server.

use crate::{feature::Feature, features::take_back::rules};

pub const FEATURE: Feature = Feature { commands: &[rules::COMMANDS], timers: &[rules::TIMERS], routes: Vec::new };
