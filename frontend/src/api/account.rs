//! The person's own account.

use super::{
    Failure,
    client::{Abort, Call},
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    path,
};

pub async fn get(abort: Abort) -> Result<Account, Failure> {
    Call::get(path::ACCOUNT).abort(&abort).value().await
}

pub async fn update(patch: AccountPatch) -> Result<Account, Failure> {
    Call::patch(path::ACCOUNT).body(&patch).value().await
}
