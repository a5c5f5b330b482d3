//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::api_keys::{api_key, api_key_end, http},
};

pub const FEATURE: Feature =
    Feature { commands: &[api_key::COMMANDS, api_key_end::COMMANDS], timers: &[], routes: http::routes };
