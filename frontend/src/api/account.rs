//! The person's own account: its profile, its email, its password.

use super::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    path,
};

pub async fn get(abort: Abort) -> Result<Answer<Account>, Failure> {
    Call::get(path::ACCOUNT).abort(&abort).read().await
}

/// Changes the profile, unless it was changed since `etag`.
pub async fn update(patch: AccountPatch, etag: Option<String>) -> Result<Answer<Account>, Failure> {
    Call::patch(path::ACCOUNT).body(&patch).if_match(etag).read().await
}
