//! Settings of a workspace.

pub mod api_keys;
pub mod audit;
pub mod general;
pub mod members;
pub mod secrets;
pub mod workspace;
