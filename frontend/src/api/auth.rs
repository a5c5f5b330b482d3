//! Signing up, confirming the email, signing in and out, proving oneself again.

use super::{Failure, client::Call};
use guildhall_shared::{
    auth::{Reauthenticate, SignIn, SignUp, Token},
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
    Call::post(path::REAUTHENTICATE).body(&Reauthenticate { password }).bare().done().await
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
