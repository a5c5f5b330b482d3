//! The server, one file per resource. Paths and types are the shared crate's; `call` says what is sent, `client` sends.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod auth;
pub mod call;
mod client;
pub mod deactivation;
pub mod failure;
pub mod fresh;
pub mod invitation;
pub mod member;
pub mod passkey;
pub mod second_factor;
pub mod secret;
pub mod security_log;
pub mod session;
pub mod ssh_key;
mod submission;
pub mod team;

pub use call::Answer;
pub use failure::{Failure, Proof};
