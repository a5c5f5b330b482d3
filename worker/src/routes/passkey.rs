//! Passkeys of one's account: adding, naming and removing them, and signing in with one alone.

use super::{sign_in, sign_up::count};
use crate::{
    auth::{
        access::{self, ask_as_system},
        webauthn::{
            Ceremony, Owner,
            challenge::{Challenge, Purpose},
        },
    },
    domain::{
        address::Attempt,
        passkey::{self},
        passkey_proof::{self, CHALLENGE_SIGN_IN},
        session::SignedIn,
    },
    error::{Error, Refusal},
    layer::{Answer, Call},
};
use guildhall_shared::{
    Issue, PasskeyId,
    auth::field,
    name::DisplayName,
    passkey::{PasskeyCreate, PasskeyRename, PasskeySignIn},
};

/// What a signature is checked against at the edge.
pub fn ceremony<T>(
    call: &Call,
    purpose: Purpose,
    check: impl FnOnce(&Ceremony<'_>) -> Result<T, Issue>,
) -> Result<T, Error> {
    let installation = call.edge.installation();
    let ceremony = Ceremony { installation: &installation, site: &call.origin.site, now: call.edge.now(), purpose };
    Ok(check(&ceremony)?)
}

fn id(call: &Call) -> Result<PasskeyId, Refusal> {
    call.param("id").parse().map_err(|_| Refusal::not_found())
}

/// What a browser is asked before anybody is known. Costs no more than a MAC, so it is not counted:
/// the sign-in page asks for it whenever it opens.
pub async fn begin_sign_in(call: &Call) -> Result<Answer, Error> {
    let mut chance = [0; 16];
    call.edge.random(&mut chance)?;
    let expires = call.edge.now().plus(CHALLENGE_SIGN_IN);
    let challenge = Challenge::new(Purpose::SignIn, None, expires, chance).text(&call.edge.installation());
    Ok(Answer::json(200, &passkey_proof::request(&call.origin.site, challenge, vec![]))?)
}

/// 1. Count the attempt by address.
/// 2. Have the account's object, which the passkey names, look at the signature. A name that this
///    installation has not made wakes nobody.
pub async fn sign_in(call: &Call) -> Result<Answer, Error> {
    let PasskeySignIn { credential } = call.json()?;
    let assertion = ceremony(call, Purpose::SignIn, |ceremony| ceremony.assertion(&credential))?;
    // 1
    count(call, Attempt::SignIn).await?;
    // 2
    let Owner::Account(account) = assertion.owner else { return Err(passkey_proof::unknown().into()) };
    let sign_in = passkey_proof::SignIn { assertion, browser: sign_in::browser(call, account) };
    let signed_in: SignedIn = ask_as_system(call, &account, &sign_in).await?.read()?;
    sign_in::finish(call, signed_in).await
}

/// What a browser is asked to prove again who uses it.
pub async fn begin_proof(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &passkey_proof::BeginProof).await?))
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &passkey::List).await?))
}

pub async fn accepted(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &passkey::Accepted).await?))
}

pub async fn begin(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, access::change_account(call, &passkey::Begin).await?))
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let PasskeyCreate { name, credential } = call.json()?;
    let name = field("name", DisplayName::parse(&name))?;
    let registration = ceremony(call, Purpose::Register, |ceremony| ceremony.registration(&credential))?;
    let added = access::change_account(call, &passkey::Add { name, registration }).await?;
    Ok(Answer::raw(201, added))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    let passkey = id(call);
    access::vouch_or_refuse_key(call).await?;
    let PasskeyRename { name } = call.json()?;
    let name = field("name", DisplayName::parse(&name))?;
    let renamed = access::change_account(call, &passkey::Rename { passkey: passkey?, name }).await?;
    Ok(Answer::raw(200, renamed))
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    let passkey = id(call);
    access::vouch_recent_or_refuse_key(call).await?;
    access::change_account(call, &passkey::Remove { passkey: passkey? }).await?;
    Ok(Answer::nothing(call))
}
