//! Handlers, one file per resource: get an access handle, parse, make one call, answer.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod health;
pub mod invitation;
pub mod member;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod team;
