//! The server. Paths and types are the shared crate's; `call` says what is sent, `client` sends. Calls of one feature
//! stand in its folder; those that the shell and all pages make are here.

pub mod account;
pub mod call;
pub mod client;
pub mod failure;
pub mod fresh;
pub mod session;
mod submission;

pub use call::Answer;
pub use failure::{Failure, Proof};
