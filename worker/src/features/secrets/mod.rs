//! Secrets of a team.

pub mod feature;
pub mod http;
pub mod record;
pub mod secret;
