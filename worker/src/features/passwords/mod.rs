//! Passwords: choosing one, resetting it, the lock.

pub mod breached_passwords;
pub mod feature;
pub mod http;
pub mod password;
pub mod record;
pub mod words;
