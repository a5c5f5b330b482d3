//! Public keys of the caller's account.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    SshKeyId, path,
    ssh_key::{SshKey, SshKeyCreate},
};

/// Newest first.
pub async fn list(abort: Abort) -> Result<Vec<SshKey>, Failure> {
    Call::get(path::ACCOUNT_SSH_KEYS).abort(&abort).value().await
}

pub async fn add(body: SshKeyCreate) -> Result<SshKey, Failure> {
    Call::create(path::ACCOUNT_SSH_KEYS).body(&body).value().await
}

pub async fn remove(key: SshKeyId) -> Result<(), Failure> {
    Call::delete(path::account_ssh_key(key)).done().await
}
