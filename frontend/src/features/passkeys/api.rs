//! Passkeys of the own account, and signing in with one.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    PasskeyId,
    passkey::{
        AcceptedPasskeys, AuthenticationResponse, CreationOptions, Passkey, PasskeyCreate, PasskeyRename,
        PasskeySignIn, RequestOptions,
    },
    path,
    session::Session,
};

/// What is wrong with a passkey belongs to no field of a form.
pub fn plain(failure: Failure) -> Failure {
    let of_passkey = failure.issues.iter().find_map(|issue| issue.strip_prefix("credential: ")).map(str::to_owned);
    match of_passkey {
        Some(message) => Failure { message, issues: vec![], ..failure },
        None => failure,
    }
}

/// The oldest first.
pub async fn list(abort: Abort) -> Result<Vec<Passkey>, Failure> {
    Call::get(path::ACCOUNT_PASSKEYS).abort(&abort).value().await
}

/// What the browser is told of them.
pub async fn accepted() -> Result<AcceptedPasskeys, Failure> {
    Call::get(path::ACCOUNT_PASSKEYS_ACCEPTED).value().await
}

/// What the browser is asked for a new one.
pub async fn begin() -> Result<CreationOptions, Failure> {
    Call::post(path::ACCOUNT_PASSKEY_OPTIONS).value().await
}

pub async fn add(body: PasskeyCreate) -> Result<Passkey, Failure> {
    Call::create(path::ACCOUNT_PASSKEYS).body(&body).value().await.map_err(plain)
}

pub async fn rename(id: PasskeyId, name: String) -> Result<Passkey, Failure> {
    Call::patch(path::account_passkey(id)).body(&PasskeyRename { name }).value().await
}

pub async fn remove(id: PasskeyId) -> Result<(), Failure> {
    Call::delete(path::account_passkey(id)).done().await
}

/// What the browser is asked before anybody is known.
pub async fn begin_sign_in() -> Result<RequestOptions, Failure> {
    Call::post(path::PASSKEY_SIGN_IN_OPTIONS).bare().value().await
}

pub async fn sign_in(credential: AuthenticationResponse) -> Result<Session, Failure> {
    Call::post(path::PASSKEY_SIGN_IN).body(&PasskeySignIn { credential }).bare().value().await.map_err(plain)
}

/// What the browser is asked of a signed-in person.
pub async fn begin_proof() -> Result<RequestOptions, Failure> {
    Call::post(path::REAUTHENTICATE_OPTIONS).bare().value().await
}
