//! Signing up, confirming the email, signing in and out, proving oneself again, and the ways back in.

use super::{
    Failure,
    call::{Call, Reply},
    passkey,
};
use guildhall_shared::{
    Code,
    auth::{MailedLink, PasswordReset, PasswordResetRequest, Reauthenticate, SignIn, SignUp, Token},
    path,
    second_factor::{CHALLENGE_GONE, Challenge, ChallengeAnswer, Method},
    session::Session,
    take_back::TakenBack,
};

pub async fn sign_up(body: SignUp) -> Result<Session, Failure> {
    Call::post(path::SIGN_UP).body(&body).bare().value().await
}

/// What a right password leads to.
pub enum Entered {
    Session(Box<Session>),
    /// A second factor is asked for.
    Challenge(Challenge),
}

pub async fn sign_in(body: SignIn) -> Result<Entered, Failure> {
    let entered = Call::post(path::SIGN_IN).body(&body).bare().value_or_more().await?;
    Ok(entered.map_or_else(Entered::Challenge, |session| Entered::Session(Box::new(session))))
}

/// A wrong code belongs to its field.
pub async fn answer_challenge(body: ChallengeAnswer) -> Result<Session, Failure> {
    let answer = Call::post(path::SIGN_IN_CHALLENGE).body(&body).bare().value().await;
    answer.map_err(|failure: Failure| {
        if body.method == Method::Passkey {
            return passkey::plain(failure);
        }
        let is_wrong = failure.is(Code::Unauthorized) && !is_gone(&failure);
        let issues = if is_wrong { vec![format!("code: {}", failure.message)] } else { failure.issues };
        Failure { issues, ..failure }
    })
}

/// Whether a challenge can be answered no more.
pub fn is_gone(failure: &Failure) -> bool {
    failure.message == CHALLENGE_GONE
}

pub async fn sign_out() -> Result<(), Failure> {
    Call::post(path::SIGN_OUT).bare().done().await
}

pub async fn reauthenticate(body: Reauthenticate) -> Result<(), Failure> {
    Call::post(path::REAUTHENTICATE).body(&body).bare().done().await.map_err(passkey::plain)
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

pub async fn reset_password(body: PasswordReset) -> Result<TakenBack, Failure> {
    Call::put(path::PASSWORD_RESET).body(&body).bare().value().await
}

/// Whose password a mailed link sets.
pub async fn mailed_link(token: String) -> Result<MailedLink, Failure> {
    Call::post(path::MAILED_LINK).body(&Token { token }).bare().value().await
}

pub async fn unlock(token: String) -> Result<(), Failure> {
    Call::post(path::UNLOCK).body(&Token { token }).bare().done().await
}

/// Puts the old address back, with a new password.
pub fn undo_email(body: &PasswordReset) -> Reply<TakenBack> {
    Call::post(path::EMAIL_UNDO).body(body).bare().value()
}

/// Takes away what was added of late, with a new password.
pub fn take_back(body: &PasswordReset) -> Reply<TakenBack> {
    Call::post(path::TAKE_BACK).body(body).bare().value()
}
