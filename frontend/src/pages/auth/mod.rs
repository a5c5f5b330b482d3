//! Before and beside signing in.

pub mod accept;
pub mod confirm_email;
pub mod sign_in;
pub mod sign_up;
