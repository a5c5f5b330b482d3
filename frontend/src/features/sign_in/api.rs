//! Signing in, and proving it again.

use crate::{
    api::{Failure, call::Call},
    features::passkeys,
};
use guildhall_shared::{
    Code,
    auth::{Reauthenticate, SignIn},
    path,
    second_factor::{CHALLENGE_GONE, Challenge, ChallengeAnswer, Method},
    session::Session,
};

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
            return passkeys::api::plain(failure);
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

pub async fn reauthenticate(body: Reauthenticate) -> Result<(), Failure> {
    Call::post(path::REAUTHENTICATE).body(&body).bare().done().await.map_err(passkeys::api::plain)
}
