//! Deactivating an account, and coming back.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    auth::Token,
    deactivation::{Deactivate, Deactivated, Deactivation},
    path,
};

/// What blocks it, and what goes.
pub async fn get(abort: Abort) -> Result<Deactivation, Failure> {
    Call::get(path::ACCOUNT_DEACTIVATION).abort(&abort).value().await
}

pub async fn deactivate(username: String) -> Result<Deactivated, Failure> {
    Call::post(path::ACCOUNT_DEACTIVATION).body(&Deactivate { username }).value().await
}

/// By the mailed token, signed in or not.
pub async fn come_back(token: String) -> Result<(), Failure> {
    Call::post(path::COME_BACK).body(&Token { token }).bare().done().await
}
