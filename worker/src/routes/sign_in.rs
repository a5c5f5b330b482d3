//! Signing in with a password, proving oneself again, signing out.

use super::{session, sign_up::count};
use crate::{
    auth::{
        access::{self, ask_as_system},
        actor::{Credential, clear_cookie, devices, set_cookie},
    },
    domain::{
        self,
        address::Attempt,
        email::{self, Attempted},
        session::{Command as SessionCommand, Rotated, SignedIn},
    },
    error::Error,
    layer::{Answer, Call, header},
    object::{Command, Json, ObjectName},
};
use guildhall_shared::{
    Code, Email,
    auth::{Reauthenticate, SignIn, field},
    text::nfkc,
};

/// 1. Count the attempt, by address and by email, before the password is looked at.
/// 2. Have the account's object check the password. An email that nobody has gets an object too,
///    which does the same work and says the same.
/// 3. A right password clears the count, and a session of another account in this browser ends.
pub async fn create(call: &Call) -> Result<Answer, Error> {
    let body: SignIn = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    // 1
    count(call, Attempt::SignIn).await?;
    let hash = call.edge.installation().blind("email", &email.key());
    let Attempted { account, count, locked } = attempt(call, &hash).await?;
    // 2
    let id = account.unwrap_or_else(|| email::stand_in(&hash));
    let standing = match &call.credential {
        Credential::Cookie(token, digest) => Some((*token, digest.clone())),
        Credential::None | Credential::WrongKey | Credential::Key(..) => None,
    };
    let replaces = standing.clone().filter(|(token, _)| token.account == id);
    let sign_in = domain::sign_in::SignIn {
        password: nfkc(&body.password),
        email_hash: hash.clone(),
        count,
        locked,
        devices: devices(&call.edge.installation(), &call.headers),
        replaces: replaces.map(|(token, digest)| (token.session, digest)),
    };
    let command = Command::Session(Box::new(SessionCommand::SignIn(sign_in)));
    let signed_in: SignedIn = ask_as_system(call, ObjectName::Account(id), command).await?;
    // 3
    clear(call, &hash).await?;
    if standing.is_some_and(|(token, _)| token.account != id) {
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

/// The same counter as signing in, so that a stolen session cannot guess the password.
pub async fn reauthenticate(call: &Call) -> Result<Answer, Error> {
    let vouched = access::vouch_or_refuse_key(call).await?;
    let body: Reauthenticate = call.json()?;
    let hash = call.edge.installation().blind("email", &vouched.account.email_key());
    attempt(call, &hash).await?;
    let password = nfkc(&body.password);
    let command = Command::Session(Box::new(SessionCommand::Reauthenticate { password }));
    let Rotated { cookie } = access::change_account(call, command).await?;
    clear(call, &hash).await?;
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &set_cookie(&cookie)))
}

/// Takes the cookie away even where its session has ended already.
pub async fn sign_out(call: &Call) -> Result<Answer, Error> {
    match access::change_account::<Json>(call, Command::Session(Box::new(SessionCommand::SignOut))).await {
        Ok(_) => {}
        Err(Error::Refusal(refusal)) if refusal.code == Code::Unauthorized => {
            return Ok(Answer::refusal(*refusal).with(header::SET_COOKIE, &clear_cookie()));
        }
        Err(error) => return Err(error),
    }
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &clear_cookie()))
}
