//! The password of an account: changing and removing it, and the ways back in without it.

use crate::api::{Failure, call::Call};
use guildhall_shared::{
    account::PasswordChange,
    auth::{MailedLink, PasswordReset, PasswordResetRequest, Token},
    path,
    take_back::TakenBack,
};

pub async fn change(password: String) -> Result<(), Failure> {
    Call::put(path::ACCOUNT_PASSWORD).body(&PasswordChange { password }).done().await
}

/// A passkey signs in from then on.
pub async fn remove() -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_PASSWORD).done().await
}

/// Mails a link to whoever has this address, and says the same where nobody has.
pub async fn request_reset(email: String) -> Result<(), Failure> {
    Call::post(path::PASSWORD_RESET).body(&PasswordResetRequest { email }).bare().done().await
}

pub async fn reset(body: PasswordReset) -> Result<TakenBack, Failure> {
    Call::put(path::PASSWORD_RESET).body(&body).bare().value().await
}

/// Whose password a mailed link sets.
pub async fn mailed_link(token: String) -> Result<MailedLink, Failure> {
    Call::post(path::MAILED_LINK).body(&Token { token }).bare().value().await
}

pub async fn unlock(token: String) -> Result<(), Failure> {
    Call::post(path::UNLOCK).body(&Token { token }).bare().done().await
}
