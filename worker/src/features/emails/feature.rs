//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::emails::{confirmation_rules, email, email_change, http},
};

pub const FEATURE: Feature = Feature {
    commands: &[confirmation_rules::COMMANDS, email::COMMANDS, email_change::COMMANDS],
    timers: &[confirmation_rules::TIMERS, email::TIMERS, email_change::TIMERS],
    routes: http::routes,
};
