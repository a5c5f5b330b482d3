//! Where records live: typed records under typed keys, and the world around the edge and the objects (`live` on the platform,
//! `memory` in tests). How they are read and written is the kernel's.

pub mod edge;
pub mod key;
pub mod list;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod view;

use crate::product::Guildhall;
pub use crate::store::edge::Edge;
pub use guildhall_kernel::{
    Due, Host, Key, ListQuery, Listed, Listing, Names, Place, Prefix, Priority, Record, Records, Replica, Row, Runtime,
    StaleKey, Stored, Writes, decode, encode,
};

/// What a rule reads and writes.
pub type Transaction<'a> = guildhall_kernel::Transaction<'a, Guildhall>;

pub type Effect = guildhall_kernel::Effect<Guildhall>;

pub type QueuedEffect = guildhall_kernel::QueuedEffect<Guildhall>;

/// The JSON of a list's row.
pub fn meta<T: serde::Serialize>(row: &T) -> Option<String> {
    crate::json::to_string(row).ok()
}

/// Gives records that never leave the primary their first format.
macro_rules! primary_only {
    ($($record:ty),* $(,)?) => {$(
        impl $crate::store::Record for $record {
            const VERSION: u8 = 1;
            const PRIORITY: Option<$crate::store::Priority> = None;
        }
    )*};
}

pub(crate) use primary_only;
