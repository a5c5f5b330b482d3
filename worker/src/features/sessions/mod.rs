//! Sessions.

pub mod feature;
pub mod http;
pub mod record;
pub mod rules;
pub mod session;
pub mod session_life;
pub mod session_list;
