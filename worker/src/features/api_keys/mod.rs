//! API keys of teams.

pub mod api_key;
pub mod api_key_end;
pub mod feature;
pub mod http;
pub mod record;
#[cfg(feature = "dev")]
pub mod seed;
