//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::secrets::{http, secret},
};

pub const FEATURE: Feature = Feature { commands: &[secret::COMMANDS], timers: &[], routes: http::routes };
