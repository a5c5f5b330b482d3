//! Settings of the own account.

pub mod profile;
