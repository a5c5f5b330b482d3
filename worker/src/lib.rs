//! Guildhall's Worker: the API at the edge, and the objects that own the data.

pub mod auth;
#[cfg(target_arch = "wasm32")]
pub mod clock;
#[cfg(all(feature = "dev", target_arch = "wasm32"))]
pub mod dev;
pub mod domain;
#[cfg(target_arch = "wasm32")]
mod entry;
pub mod error;
pub use guildhall_kernel::json;
pub mod layer;
pub mod mail;
pub mod object;
pub mod product;
pub mod router;
pub mod routes;
pub mod store;
