//! What the feature adds to the server.

use crate::{feature::Feature, features::limits::address};

pub const FEATURE: Feature = Feature { commands: &[address::COMMANDS], timers: &[address::TIMERS], routes: Vec::new };
