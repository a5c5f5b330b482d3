//! What the feature adds to the server.

#[cfg(feature = "dev")]
use crate::features::members::seed;
use crate::{
    feature::{Feature, no_account_event, no_team_event},
    features::members::{http, may, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[
        may::COMMANDS,
        rules::COMMANDS,
        #[cfg(feature = "dev")]
        seed::COMMANDS,
    ],
    timers: &[],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event: no_account_event,
};
