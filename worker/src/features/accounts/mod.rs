//! Accounts: who someone is, what they are called, and how their console looks.

pub mod account;
pub mod event;
pub mod feature;
pub mod http;
pub mod profile;
pub mod record;
pub mod rules;
pub mod saga;
