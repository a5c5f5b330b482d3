//! Before and beside signing in.

pub mod accept;
pub mod come_back;
pub mod confirm_email;
pub mod forgot_password;
pub mod reset_password;
pub mod sign_in;
mod sign_in_code;
mod sign_in_passkey;
pub mod sign_up;
pub mod take_back;
pub mod unlock;
