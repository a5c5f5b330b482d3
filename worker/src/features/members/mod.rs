//! Members of a team and their roles.

pub mod feature;
pub mod http;
pub mod may;
pub mod record;
pub mod rules;
#[cfg(feature = "dev")]
pub mod seed;
