//! Passkeys of the caller's account: adding, naming and removing them, and signing in with one alone.

use crate::{
    access::{self, ask_as_system},
    credentials::webauthn::{
        Ceremony, Owner,
        challenge::{Challenge, Purpose},
    },
    error::{Error, Rejection},
    features::{
        limits::address::Attempt,
        passkeys::{
            passkey,
            passkey_proof::{self, CHALLENGE_SIGN_IN},
        },
        sessions::session::SignedIn,
        sign_in::http::{browser, finish},
        sign_up::http::count,
    },
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    Issue, PasskeyId,
    auth::field,
    name::DisplayName,
    passkey::{
        AcceptedPasskeys, CreationOptions, Passkey, PasskeyCreate, PasskeyRename, PasskeySignIn, RequestOptions,
    },
    path,
    session::Session,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Array, Json, Nothing};
    let id = "{id}";
    vec![
        route!("beginPasskeySignIn", POST path::PASSKEY_SIGN_IN_OPTIONS, Who::Anybody, None => Json(200, of::<RequestOptions>()),
            "Start signing in with a passkey. Answers the options for the browser's `navigator.credentials.get`. \
                They expire in 15 minutes.", begin_sign_in),
        route!("signInWithPasskey", POST path::PASSKEY_SIGN_IN, Who::Anybody, Some(of::<PasskeySignIn>()) => Json(200, of::<Session>()),
            "Sign in with a passkey. Needs no password and no second factor. Sets the session cookie.",
            sign_in),
        route!("beginPasskeyProof", POST path::REAUTHENTICATE_OPTIONS, Who::Account, None => Json(200, of::<RequestOptions>()),
            "Start confirming that it is you with a passkey. Answers the options for the browser's \
                `navigator.credentials.get`. They expire in 5 minutes.", begin_proof),
        route!("listPasskeys", GET path::ACCOUNT_PASSKEYS, Who::Account, None => Array(200, of::<Passkey>()),
            "List your passkeys. Oldest first.", list),
        route!("getAcceptedPasskeys", GET path::ACCOUNT_PASSKEYS_ACCEPTED, Who::Account, None => Json(200, of::<AcceptedPasskeys>()),
            "Get what to tell a browser about your passkeys. Answers the arguments of its \
                `PublicKeyCredential.signalAllAcceptedCredentials` and `signalCurrentUserDetails`.", accepted),
        route!("beginPasskey", POST path::ACCOUNT_PASSKEY_OPTIONS, Who::RecentAccount, None => Json(200, of::<CreationOptions>()),
            "Start adding a passkey. Answers the options for the browser's `navigator.credentials.create`. They \
                expire in 5 minutes.", begin),
        route!("createPasskey", POST path::ACCOUNT_PASSKEYS, Who::RecentAccount, Some(of::<PasskeyCreate>()) => Json(201, of::<Passkey>()),
            "Add a passkey. With the account's first second factor, the answer holds ten recovery codes.",
            create),
        route!("updatePasskey", PATCH path::account_passkey(id), Who::Account, Some(of::<PasskeyRename>()) => Json(200, of::<Passkey>()),
            "Rename a passkey.", update),
        route!("deletePasskey", DELETE path::account_passkey(id), Who::RecentAccount, None => Nothing(204),
            "Remove a passkey. The last way to sign in cannot be removed.", remove),
    ]
}

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

fn id(call: &Call) -> Result<PasskeyId, Rejection> {
    call.param("id").parse().map_err(|_| Rejection::not_found())
}

/// What a browser is asked before anybody is known. Costs no more than a MAC, so it is not counted:
/// the sign-in page asks for it whenever it opens.
pub async fn begin_sign_in(call: &Call) -> Result<Answer, Error> {
    let mut entropy = [0; 16];
    call.edge.random(&mut entropy)?;
    let expires = call.edge.now().plus(CHALLENGE_SIGN_IN);
    let challenge = Challenge::new(Purpose::SignIn, None, expires, entropy).text(&call.edge.installation());
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
    let sign_in = passkey_proof::SignIn { assertion, browser: browser(call, account) };
    let signed_in: SignedIn = ask_as_system(call, &account, &sign_in).await?.read()?;
    finish(call, signed_in).await
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
    access::authenticate_recent_or_refuse_key(call).await?;
    let PasskeyCreate { name, credential } = call.json()?;
    let name = field("name", DisplayName::parse(&name))?;
    let registration = ceremony(call, Purpose::Register, |ceremony| ceremony.registration(&credential))?;
    let added = access::change_account(call, &passkey::Add { name, registration }).await?;
    Ok(Answer::raw(201, added))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    let passkey = id(call);
    access::authenticate_or_refuse_key(call).await?;
    let PasskeyRename { name } = call.json()?;
    let name = field("name", DisplayName::parse(&name))?;
    let renamed = access::change_account(call, &passkey::Rename { passkey: passkey?, name }).await?;
    Ok(Answer::raw(200, renamed))
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    let passkey = id(call);
    access::authenticate_recent_or_refuse_key(call).await?;
    access::change_account(call, &passkey::Remove { passkey: passkey? }).await?;
    Ok(Answer::nothing(call))
}
