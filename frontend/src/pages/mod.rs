//! A page is a recipe in one file: what it reads, its actions, its columns, its empty state, its view.

pub mod account;
pub mod auth;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod team;
pub mod teams;
