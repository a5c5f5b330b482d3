//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::ssh_keys::{http, ssh_key},
};

pub const FEATURE: Feature = Feature { commands: &[ssh_key::COMMANDS], timers: &[], routes: http::routes };
