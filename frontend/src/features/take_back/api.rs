//! Taking an account back.

use crate::api::call::{Call, Reply};
use guildhall_shared::{auth::PasswordReset, path, take_back::TakenBack};

/// Takes away what was added of late, with a new password.
pub fn take_back(body: &PasswordReset) -> Reply<TakenBack> {
    Call::post(path::TAKE_BACK).body(body).bare().value()
}
