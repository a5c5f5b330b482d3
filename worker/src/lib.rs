//! Guildhall's Worker: the API at the edge, and the objects that own the data.

pub mod access;
pub mod credentials;
#[cfg(all(feature = "dev", target_arch = "wasm32"))]
pub mod dev;
mod dispatch;
#[cfg(target_arch = "wasm32")]
mod entry;
pub mod error;
pub mod feature;
pub mod features;
pub mod http;
pub mod mail;
pub mod object;
#[cfg(target_arch = "wasm32")]
pub mod platform;
pub mod product;
pub mod store;

pub use guildhall_kernel::json;
