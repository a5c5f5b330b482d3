//! Signing up, confirming the email, signing in and out, proving oneself again, and the ways back in.

use super::{Failure, client::Call};
use guildhall_shared::{
    auth::{PasswordReset, PasswordResetRequest, Reauthenticate, SignIn, SignUp, Token},
    path,
    session::Session,
};

pub async fn sign_up(body: SignUp) -> Result<Session, Failure> {
    Call::post(path::SIGN_UP).body(&body).bare().value().await
}

pub async fn sign_in(body: SignIn) -> Result<Session, Failure> {
    Call::post(path::SIGN_IN).body(&body).bare().value().await
}

pub async fn sign_out() -> Result<(), Failure> {
    Call::post(path::SIGN_OUT).bare().done().await
}

pub async fn reauthenticate(password: String) -> Result<(), Failure> {
    Call::post(path::REAUTHENTICATE)
        .body(&Reauthenticate { password: Some(password), ..Reauthenticate::default() })
        .bare()
        .done()
        .await
}

pub async fn confirm_email(token: String) -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL).body(&Token { token }).done().await
}

/// "This wasn't me": the claim on the email ends.
pub async fn deny_email(token: String) -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL_DENY).body(&Token { token }).bare().done().await
}

pub async fn resend_confirmation() -> Result<(), Failure> {
    Call::post(path::CONFIRM_EMAIL_RESEND).done().await
}

/// Mails a link to whoever has this address, and says the same where nobody has.
pub async fn request_reset(email: String) -> Result<(), Failure> {
    Call::post(path::PASSWORD_RESET).body(&PasswordResetRequest { email }).bare().done().await
}

pub async fn reset_password(body: PasswordReset) -> Result<(), Failure> {
    Call::put(path::PASSWORD_RESET).body(&body).bare().done().await
}

pub async fn unlock(token: String) -> Result<(), Failure> {
    Call::post(path::UNLOCK).body(&Token { token }).bare().done().await
}

/// Puts the old address back, with a new password.
pub async fn undo_email(body: PasswordReset) -> Result<(), Failure> {
    Call::post(path::EMAIL_UNDO).body(&body).bare().done().await
}
