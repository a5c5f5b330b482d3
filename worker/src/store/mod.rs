//! Where records live: typed records under typed keys, the draft that a rule writes into, and what
//! the edge and the objects need of the world around them (`live` on the platform, `memory` in tests).

pub mod draft;
pub mod key;
#[cfg(target_arch = "wasm32")]
pub mod live;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod stored;
pub mod world;

pub use draft::{Draft, Effect, Rank, Record, Records};
pub use key::{Key, Prefix};
pub use stored::{Stored, decode, encode};
pub use world::{Edge, Host, Listing, Names, Row};

/// Gives records that never leave the primary their first format.
macro_rules! primary_only {
    ($($record:ty),* $(,)?) => {$(
        impl $crate::store::Record for $record {
            const VERSION: u8 = 1;
            const RANK: Option<$crate::store::Rank> = None;
        }
    )*};
}
pub(crate) use primary_only;
