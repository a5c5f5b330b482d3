//! Where records live: typed records under typed keys, the draft that a rule writes into, and what
//! the edge and the objects need of the world around them (`live` on the platform, `memory` in tests).

pub mod draft;
pub mod key;
#[cfg(target_arch = "wasm32")]
pub mod live;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod world;

pub use draft::{Draft, Effect, Rank, Record, Records, Stored};
pub use key::{Key, Prefix};
pub use world::{Edge, Host, Listing, Row};
