//! Passkeys.

pub mod feature;
pub mod http;
pub mod passkey;
pub mod passkey_proof;
pub mod record;
pub mod rules;
pub mod saga;
