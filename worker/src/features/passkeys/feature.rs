//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::passkeys::{http, passkey_proof, rules},
};

pub const FEATURE: Feature = Feature {
    commands: &[passkey_proof::COMMANDS, rules::COMMANDS],
    timers: &[passkey_proof::TIMERS],
    routes: http::routes,
};
