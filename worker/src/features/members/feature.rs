//! What the feature adds to the server.

#[cfg(feature = "dev")]
use crate::features::members::seed;
use crate::{
    feature::Feature,
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
};
