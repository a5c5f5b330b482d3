//! Who is asking, and may they: credentials, the actor behind a request, and the access handles
//! through which alone a handler reaches a team.

pub mod access;
pub mod actor;
pub mod breached_passwords;
pub mod changed;
pub mod cipher;
pub mod memberships;
pub mod password;
mod read;
pub mod secret;
pub mod token;
pub mod totp;
pub mod webauthn;
pub mod who;
pub mod words;
