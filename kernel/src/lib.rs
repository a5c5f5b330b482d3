//! The mechanism: how an object decides, commits, replicates, waits and reads. It knows neither the product (no teams, no mail
//! texts) nor the platform (no `worker` crate). The caller provides both, as a `Product` and a `Host`.

pub mod command;
pub mod host;
pub mod internal_error;
pub mod json;
pub mod key;
pub mod list;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod object;
mod outbox;
pub mod product;
pub mod read;
pub mod record;
pub mod row;
pub mod stored;
mod timer;
pub mod transaction;
mod walk;

pub use command::{Ask, Class, Command, IdOf, Named, Reply};
pub use host::{Host, Listing, Names, Records, Replica, Runtime};
pub use internal_error::InternalError;
pub use json::Json;
pub use list::{ListQuery, Listed, Place};
pub use object::Object;
pub use outbox::{QueuedEffect, StaleKey};
pub use product::{Address, Answer, Call, Product, Replied};
pub use read::{Found, Read, ReadList};
pub use record::{Key, Prefix, Priority, Record};
pub use row::Row;
pub use stored::{Stored, decode, encode};
pub use timer::{Due, Timer};
pub use transaction::{Counters, Effect, Transaction, Writes};
