//! The teams one is in, and those one is invited to.

pub mod create;
pub mod list;
