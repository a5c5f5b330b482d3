//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::limits::address,
};

pub const FEATURE: Feature = Feature {
    commands: &[address::COMMANDS],
    timers: &[address::TIMERS],
    routes: Vec::new,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
