//! Handlers, one file per resource: get an access handle, parse, make one call, answer.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod deactivation;
pub mod email_change;
pub mod health;
pub mod invitation;
pub mod member;
pub mod passkey;
pub mod password;
pub mod second_factor;
pub mod secret;
pub mod security_log;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod ssh_key;
pub mod team;
pub mod totp;

use crate::error::Error;
use guildhall_shared::Issue;

/// A token that this installation has not made, or not for this.
fn unread() -> Error {
    Issue::new("token: This link is not whole. Open it from the mail again.").into()
}
