//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::invitations::{http, invitation, invitation_answer, inviting},
};

pub const FEATURE: Feature = Feature {
    commands: &[invitation::COMMANDS, invitation_answer::COMMANDS, inviting::COMMANDS],
    timers: &[invitation_answer::TIMERS],
    routes: http::routes,
};
