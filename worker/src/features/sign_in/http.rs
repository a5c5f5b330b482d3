//! Signing in with a password and a second factor, proving oneself again, signing out.

use crate::{
    access::{
        self,
        actor::{Credential, clear_cookie, devices, set_cookie},
        ask_as_system,
    },
    credentials::{token::Link, webauthn::challenge::Purpose},
    error::{Error, InternalError, Rejection},
    features::{
        limits::address::Attempt,
        passkeys::http::ceremony,
        second_factor::Proof,
        sessions::{
            http::answer_signed_in,
            session::{self, Browser, Rotated, SignedIn},
        },
        sign_in::{
            self, Outcome, Reauthentication, challenge,
            email_attempt::{self, Attempted},
        },
        sign_up::http::count,
    },
    http::{
        Answer, Call, header,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    AccountId, Code, Email,
    auth::{Reauthenticate, SignIn, field},
    passkey::AuthenticationResponse,
    path,
    second_factor::{ChallengeAnswer, Method},
    session::Session,
    text::nfkc,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("signIn", POST path::SIGN_IN, Who::Anybody, Some(of::<SignIn>()) => Json(200, of::<Session>()),
            "Sign in with email and password. Sets the session cookie, or answers 202 with a challenge when the \
                account has a second factor.", create),
        route!("answerChallenge", POST path::SIGN_IN_CHALLENGE, Who::Bearer,
            Some(of::<ChallengeAnswer>()) => Json(200, of::<Session>()),
            "Complete a sign-in with a second factor. Sets the session cookie. A wrong code leaves the challenge \
                open.", answer_challenge),
        route!("signOut", POST path::SIGN_OUT, Who::Account, None => Nothing(204),
            "Sign out. Ends the session and clears its cookie.", sign_out),
        route!("reauthenticate", POST path::REAUTHENTICATE, Who::Account, Some(of::<Reauthenticate>()) => Nothing(204),
            "Confirm that it is you. Counts as a recent sign-in for 15 minutes and sets a new session cookie.",
            reauthenticate),
    ]
}

/// 1. Count the attempt by address.
/// 2. Count it by email before the password is looked at, unless the browser says that the holder knows it.
/// 3. Have the account's object check the password. An email that nobody has gets an object too, which does the same
///    work and says the same. A browser that is not known after all is counted by email like any other.
/// 4. A right password clears the count; one from a known browser leaves what strangers have used up.
/// 5. Where a second factor is on, it is asked for. Else the session of another account that this
///    browser had ends.
pub async fn create(call: &Call) -> Result<Answer, Error> {
    let body: SignIn = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    // 1
    count(call, Attempt::SignIn).await?;
    let hash = call.edge.installation().blind("email", &email.key());
    let known_to = devices(&call.edge.installation(), &call.headers).into_iter().map(|device| device.account).collect();
    let password = nfkc(&body.password);
    // 2, 3
    let mut attempted = attempt(call, &hash, known_to).await?;
    let mut outcome = check(call, &hash, &password, &attempted).await?;
    if outcome == Outcome::Stranger {
        attempted = attempt(call, &hash, vec![]).await?;
        outcome = check(call, &hash, &password, &attempted).await?;
    }
    // 4
    if attempted.left.is_some()
        && let Some(account) = attempted.account
    {
        clear(call, &hash, account).await?;
    }
    // 5
    match outcome {
        Outcome::SignedIn(signed_in) => finish(call, *signed_in).await,
        Outcome::Challenge(challenge) => Ok(Answer::json(202, &challenge)?),
        Outcome::Stranger => Err(InternalError::new("a sign-in was counted and not looked at").into()),
    }
}

/// Has the account's object look at the password.
async fn check(call: &Call, email_hash: &str, password: &str, attempted: &Attempted) -> Result<Outcome, Error> {
    let Attempted { account, left, locked } = attempted;
    let id = account.unwrap_or_else(|| email_attempt::decoy_account(email_hash));
    let sign_in = sign_in::SignIn {
        password: password.to_owned(),
        email_hash: email_hash.to_owned(),
        left: left.clone(),
        locked: *locked,
        browser: browser(call, id),
    };
    Ok(ask_as_system(call, &id, &sign_in).await?.read()?)
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
    let answer = challenge::Answer { link, proof, browser: browser(call, account) };
    let signed_in = ask_as_system(call, &account, &answer).await?.read()?;
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
    answer_signed_in(call, 200, signed_in).await
}

async fn attempt(call: &Call, email_hash: &str, known_to: Vec<AccountId>) -> Result<Attempted, Error> {
    let command = email_attempt::Attempt { known_to };
    let attempted: Attempted = ask_as_system(call, &email_hash.to_owned(), &command).await?.read()?;
    if let Some(left) = &attempted.left {
        call.note_limit(left.clone());
    }
    Ok(attempted)
}

async fn clear(call: &Call, email_hash: &str, account: AccountId) -> Result<(), Error> {
    ask_as_system(call, &email_hash.to_owned(), &email_attempt::Clear { account }).await.map(drop)
}

/// The account's object counts what is wrong: passwords by session, second factors all together.
pub async fn reauthenticate(call: &Call) -> Result<Answer, Error> {
    access::authenticate_or_refuse_key(call).await?;
    let by = proof_again(call, call.json()?)?;
    let command = sign_in::Reauthenticate { by };
    let Rotated { cookie } = access::change_account(call, &command).await?.read()?;
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &set_cookie(&cookie)))
}

fn proof_again(call: &Call, body: Reauthenticate) -> Result<Reauthentication, Error> {
    match body {
        Reauthenticate { password: Some(password), method: None, code: None, credential: None } => {
            Ok(Reauthentication::Password(nfkc(&password)))
        }
        Reauthenticate { password: None, method: Some(method), code, credential } => {
            Ok(Reauthentication::Factor(proof(call, method, code.as_deref(), credential.as_ref(), Purpose::Prove)?))
        }
        _ => Err(Rejection::bad("Send your password, or a method with its code or credential: one of them.").into()),
    }
}

/// What someone proves with, by its method: a code, or what the browser says of a passkey.
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
    match access::change_account(call, &session::SignOut).await {
        Ok(_) => {}
        Err(Error::Rejection(rejection)) if rejection.code == Code::Unauthorized => {
            return Ok(Answer::rejection(rejection).with(header::SET_COOKIE, &clear_cookie()));
        }
        Err(error) => return Err(error),
    }
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &clear_cookie()))
}
