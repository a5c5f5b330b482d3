//! Credentials: the only code that sees a plain secret.

pub mod cipher;
pub mod password;
pub mod secret;
pub mod token;
pub mod totp;
pub mod webauthn;
