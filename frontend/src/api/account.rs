//! The person's own account: its profile, its email, its password.

use super::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    account::{Account, AccountPatch, EmailChange, PasswordChange},
    path,
};

pub async fn get(abort: Abort) -> Result<Answer<Account>, Failure> {
    Call::get(path::ACCOUNT).abort(&abort).read().await
}

/// Changes the profile, unless it was changed since `etag`.
pub async fn update(patch: AccountPatch, etag: Option<String>) -> Result<Answer<Account>, Failure> {
    Call::patch(path::ACCOUNT).body(&patch).if_match(etag).read().await
}

/// Mails the new address, which counts once it is confirmed.
pub async fn change_email(email: String) -> Result<(), Failure> {
    Call::post(path::ACCOUNT_EMAIL).body(&EmailChange { email }).done().await
}

/// Takes back a change of the email that is still to be confirmed.
pub async fn keep_email() -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_EMAIL).done().await
}

/// A passkey signs in from then on.
pub async fn remove_password() -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_PASSWORD).done().await
}

pub async fn change_password(password: String) -> Result<(), Failure> {
    Call::put(path::ACCOUNT_PASSWORD).body(&PasswordChange { password }).done().await
}
