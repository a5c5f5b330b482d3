//! The email of an account: confirming it, changing it, and undoing a change.

use crate::api::{
    Failure,
    call::{Call, Reply},
};
use guildhall_shared::{
    account::EmailChange,
    auth::{PasswordReset, Token},
    path,
    take_back::TakenBack,
};

pub async fn confirm(token: String) -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL).body(&Token { token }).done().await
}

/// "This wasn't me": the claim on the email ends.
pub async fn deny(token: String) -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL_DENY).body(&Token { token }).bare().done().await
}

pub async fn resend_confirmation() -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL_RESEND).done().await
}

/// Mails the new address, which counts once it is confirmed.
pub async fn change(email: String) -> Result<(), Failure> {
    Call::post(path::ACCOUNT_EMAIL).body(&EmailChange { email }).done().await
}

/// Takes back a change of the email that is still to be confirmed.
pub async fn keep() -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_EMAIL).done().await
}

/// Puts the old address back, with a new password.
pub fn undo(body: &PasswordReset) -> Reply<TakenBack> {
    Call::post(path::EMAIL_UNDO).body(body).bare().value()
}
