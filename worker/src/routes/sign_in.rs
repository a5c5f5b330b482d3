//! Signing in with a password and a second factor, proving oneself again, signing out.

use super::{passkey::ceremony, session, sign_up::count};
use crate::{
    auth::{
        access::{self, ask_as_system},
        actor::{Credential, clear_cookie, devices, set_cookie},
        token::Link,
        webauthn::challenge::Purpose,
    },
    domain::{
        self,
        address::Attempt,
        challenge,
        email::{self, Attempted},
        second_factor::{Command as SecondFactorCommand, Proof},
        session::{Again, Browser, Command as SessionCommand, Rotated, SignedIn},
        sign_in::Outcome,
    },
    error::{Error, Refusal},
    layer::{Answer, Call, header},
    object::{Command, Json, ObjectName},
};
use guildhall_shared::{
    AccountId, Code, Email,
    auth::{Reauthenticate, SignIn, field},
    passkey::AuthenticationResponse,
    second_factor::{ChallengeAnswer, Method},
    text::nfkc,
};

/// 1. Count the attempt, by address and by email, before the password is looked at.
/// 2. Have the account's object check the password. An email that nobody has gets an object too,
///    which does the same work and says the same.
/// 3. A right password clears the count.
/// 4. Where a second factor is on, it is asked for. Else the session of another account that this
///    browser had ends.
pub async fn create(call: &Call) -> Result<Answer, Error> {
    let body: SignIn = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    // 1
    count(call, Attempt::SignIn).await?;
    let hash = call.edge.installation().blind("email", &email.key());
    let Attempted { account, count, locked } = attempt(call, &hash).await?;
    // 2
    let id = account.unwrap_or_else(|| email::stand_in(&hash));
    let browser = browser(call, id);
    let password = nfkc(&body.password);
    let sign_in = domain::sign_in::SignIn { password, email_hash: hash.clone(), count, locked, browser };
    let command = Command::Session(Box::new(SessionCommand::SignIn(sign_in)));
    let outcome: Outcome = ask_as_system(call, ObjectName::Account(id), command).await?;
    // 3
    clear(call, &hash).await?;
    // 4
    match outcome {
        Outcome::SignedIn(signed_in) => finish(call, *signed_in).await,
        Outcome::Challenge(challenge) => Ok(Answer::json(202, &challenge)?),
    }
}

/// 1. Count the attempt by address; the account's object counts wrong factors.
/// 2. Have the account's object, which the challenge names, look at the factor.
/// 3. The session of another account that this browser had ends.
pub async fn answer_challenge(call: &Call) -> Result<Answer, Error> {
    let ChallengeAnswer { challenge_id, method, code, credential } = call.json()?;
    let proof = proof(call, method, code.as_deref(), credential.as_ref(), Purpose::Factor)?;
    // 1
    count(call, Attempt::SignIn).await?;
    // 2
    let Some(Link::Challenge { account, link }) = Link::read(&call.edge.installation(), &challenge_id) else {
        return Err(challenge::gone().into());
    };
    let answer = SecondFactorCommand::Answer { link, proof, browser: browser(call, account) };
    let command = Command::SecondFactor(Box::new(answer));
    let signed_in: SignedIn = ask_as_system(call, ObjectName::Account(account), command).await?;
    // 3
    finish(call, signed_in).await
}

/// The browser of a sign-in to this account.
pub fn browser(call: &Call, id: AccountId) -> Browser {
    let replaces = match &call.credential {
        Credential::Cookie(token, digest) if token.account == id => Some((token.session, digest.clone())),
        Credential::None | Credential::WrongKey | Credential::Key(..) | Credential::Cookie(..) => None,
    };
    Browser { devices: devices(&call.edge.installation(), &call.headers), replaces }
}

/// Answers a sign-in that is whole.
pub async fn finish(call: &Call, signed_in: SignedIn) -> Result<Answer, Error> {
    if let Credential::Cookie(token, _) = &call.credential
        && token.account != signed_in.account.id
    {
        access::sign_out_later(call);
    }
    session::answer_signed_in(call, 200, signed_in).await
}

async fn attempt(call: &Call, email_hash: &str) -> Result<Attempted, Error> {
    ask_as_system(call, ObjectName::Email(email_hash.to_owned()), Command::Email(email::Command::Attempt)).await
}

async fn clear(call: &Call, email_hash: &str) -> Result<(), Error> {
    let object = ObjectName::Email(email_hash.to_owned());
    ask_as_system::<Json>(call, object, Command::Email(email::Command::Clear)).await.map(drop)
}

/// A password is counted as signing in counts it, so that a stolen session cannot guess it; a second
/// factor by the account's object.
pub async fn reauthenticate(call: &Call) -> Result<Answer, Error> {
    let vouched = access::vouch_or_refuse_key(call).await?;
    let by = proof_again(call, call.json()?)?;
    let counted = matches!(by, Again::Password(_));
    let hash = call.edge.installation().blind("email", &vouched.account.email_key());
    if counted {
        attempt(call, &hash).await?;
    }
    let command = Command::Session(Box::new(SessionCommand::Reauthenticate { by }));
    let Rotated { cookie } = access::change_account(call, command).await?;
    if counted {
        clear(call, &hash).await?;
    }
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &set_cookie(&cookie)))
}

fn proof_again(call: &Call, body: Reauthenticate) -> Result<Again, Error> {
    match body {
        Reauthenticate { password: Some(password), method: None, code: None, credential: None } => {
            Ok(Again::Password(nfkc(&password)))
        }
        Reauthenticate { password: None, method: Some(method), code, credential } => {
            Ok(Again::Factor(proof(call, method, code.as_deref(), credential.as_ref(), Purpose::Prove)?))
        }
        _ => Err(Refusal::bad("Send your password, or a method with its code or credential: one of them.").into()),
    }
}

/// What somebody proves with, by its method: a code, or what the browser says of a passkey.
fn proof(
    call: &Call,
    method: Method,
    code: Option<&str>,
    credential: Option<&AuthenticationResponse>,
    purpose: Purpose,
) -> Result<Proof, Error> {
    match (method, credential) {
        (Method::Passkey, Some(credential)) => {
            let assertion = ceremony(call, purpose, |ceremony| ceremony.assertion(credential))?;
            Ok(Proof::Passkey(Box::new(assertion)))
        }
        (method, _) => Ok(Proof::typed(method, code)?),
    }
}

/// Takes the cookie away even where its session has ended already.
pub async fn sign_out(call: &Call) -> Result<Answer, Error> {
    match access::change_account::<Json>(call, Command::Session(Box::new(SessionCommand::SignOut))).await {
        Ok(_) => {}
        Err(Error::Refusal(refusal)) if refusal.code == Code::Unauthorized => {
            return Ok(Answer::refusal(refusal).with(header::SET_COOKIE, &clear_cookie()));
        }
        Err(error) => return Err(error),
    }
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &clear_cookie()))
}
