//! SSH keys of an account.

pub mod feature;
pub mod http;
pub mod record;
pub mod ssh_key;
