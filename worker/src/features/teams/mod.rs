//! Teams, their names, and the links of accounts to them.

pub mod event;
pub mod feature;
pub mod http;
pub mod link;
pub mod membership_saga;
pub mod namespace;
pub mod namespace_saga;
pub mod record;
pub mod rules;
pub mod saga;
pub mod team;
