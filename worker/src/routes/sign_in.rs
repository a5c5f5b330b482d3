//! Signing in with a password, proving oneself again, signing out.

use super::{session, sign_up::count};
use crate::{
    auth::{
        access::{self, ask_as_system},
        actor::clear_cookie,
    },
    domain::{
        address::Attempt,
        email::{self, Attempted},
        session::{Command as SessionCommand, SignedIn, Vouched},
    },
    error::Error,
    layer::{Answer, Call},
    object::{Command, ObjectName},
};
use guildhall_shared::{
    AccountId, Code, Email,
    auth::{Reauthenticate, SignIn, field},
    text::nfkc,
};
use serde_json::Value;

/// 1. Count the attempt, by address and by email, before the password is looked at.
/// 2. Have the account's object check the password. An email that nobody has gets an object too,
///    which does the same work and says the same.
/// 3. A right password clears the count.
pub async fn create(call: &Call) -> Result<Answer, Error> {
    let body: SignIn = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    // 1
    count(call, Attempt::SignIn).await?;
    let hash = call.edge.installation().blind("email", &email.key());
    let Attempted { account, count } = attempt(call, &hash).await?;
    // 2
    let id = account.unwrap_or_else(|| stand_in(&hash));
    let password = nfkc(&body.password);
    let command = Command::Session(Box::new(SessionCommand::SignIn { password, count }));
    let signed_in: SignedIn = ask_as_system(call, ObjectName::Account(id), command).await?;
    // 3
    clear(call, &hash).await?;
    let SignedIn { cookie, account, session: record } = signed_in;
    session::answer(call, 200, &Vouched { account, session: record }, Some(&cookie)).await
}

async fn attempt(call: &Call, email_hash: &str) -> Result<Attempted, Error> {
    ask_as_system(call, ObjectName::Email(email_hash.to_owned()), Command::Email(email::Command::Attempt)).await
}

async fn clear(call: &Call, email_hash: &str) -> Result<(), Error> {
    let object = ObjectName::Email(email_hash.to_owned());
    ask_as_system::<Value>(call, object, Command::Email(email::Command::Clear)).await.map(drop)
}

/// The account that an unknown email is taken for: always the same one, which does not exist.
fn stand_in(email_hash: &str) -> AccountId {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(email_hash.bytes()) {
        *slot = byte;
    }
    AccountId::from_random(bytes)
}

/// The same counter as signing in, so that a stolen session cannot guess the password.
pub async fn reauthenticate(call: &Call) -> Result<Answer, Error> {
    let vouched = access::vouch_or_refuse_key(call).await?;
    let body: Reauthenticate = call.json()?;
    let hash = call.edge.installation().blind("email", &vouched.account.email_key());
    attempt(call, &hash).await?;
    let password = nfkc(&body.password);
    let command = Command::Session(Box::new(SessionCommand::Reauthenticate { password }));
    access::change_account::<Value>(call, command).await?;
    clear(call, &hash).await?;
    Ok(Answer::nothing(call))
}

/// Takes the cookie away even where its session has ended already.
pub async fn sign_out(call: &Call) -> Result<Answer, Error> {
    match access::change_account::<Value>(call, Command::Session(Box::new(SessionCommand::SignOut))).await {
        Ok(_) => {}
        Err(Error::Refusal(refusal)) if refusal.code == Code::Unauthorized => {
            return Ok(Answer::refusal(*refusal).with(http::header::SET_COOKIE, &clear_cookie()));
        }
        Err(error) => return Err(error),
    }
    Ok(Answer::nothing(call).with(http::header::SET_COOKIE, &clear_cookie()))
}
