//! Budgets of requests, and the places that they are counted in.

pub mod address;
pub mod budget;
pub mod feature;
pub mod record;
