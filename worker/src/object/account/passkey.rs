//! Passkeys of an account: signatures, which take the platform to verify, and which rule decides which
//! command.

use crate::{
    auth::webauthn::{Assertion, signature},
    domain::{
        Context,
        passkey::{self, Command as Passkey},
        passkey_proof,
        second_factor::{Command as SecondFactor, Proof},
        session::{Again, Command as Session},
    },
    error::Refusal,
    object::{Command, Envelope, Json, Object, reply},
    store::Draft,
};
use guildhall_shared::AccountId;
use std::rc::Rc;

/// The signature that a command brings, if it brings one.
fn assertion(command: &mut Command) -> Option<&mut Assertion> {
    let proof = match command {
        Command::Passkey(command) => match &mut **command {
            Passkey::SignIn { assertion, .. } => return Some(assertion),
            _ => return None,
        },
        Command::SecondFactor(command) => match &mut **command {
            SecondFactor::Answer { proof, .. } => proof,
            _ => return None,
        },
        Command::Session(command) => match &mut **command {
            Session::Reauthenticate { by: Again::Factor(proof) } => proof,
            _ => return None,
        },
        _ => return None,
    };
    match proof {
        Proof::Passkey(assertion) => Some(assertion),
        Proof::Totp(_) | Proof::Recovery(_) => None,
    }
}

/// Notes under which of the account's keys the signature holds. The rule looks at the passkey again:
/// others may come in between.
pub async fn verify(object: &Rc<Object>, envelope: &mut Envelope) {
    let Some(assertion) = assertion(&mut envelope.command) else { return };
    let Some(key) = object.look(|draft| passkey_proof::key_of(draft, &assertion.credential)) else { return };
    if signature::verify(&key, assertion).await {
        assertion.verified = Some(key);
    }
}

pub fn decide(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, command: &Passkey) -> Result<Json, Refusal> {
    match command {
        Passkey::List => reply(&passkey::list(draft, context)?),
        Passkey::Accepted => reply(&passkey::accepted(draft, context, id)?),
        Passkey::Begin => reply(&passkey::begin(draft, context, id)?),
        Passkey::Add { name, registration } => reply(&passkey::add(draft, context, id, name, registration)?),
        Passkey::Rename { passkey, name } => reply(&passkey::rename(draft, context, *passkey, name)?),
        Passkey::Remove { passkey } => reply(&passkey::remove(draft, context, id, *passkey)?),
        Passkey::BeginProof => reply(&passkey_proof::begin_proof(draft, context, id)?),
        Passkey::SignIn { assertion, browser } => {
            reply(&passkey_proof::sign_in(draft, context, id, assertion, browser)?)
        }
    }
}
