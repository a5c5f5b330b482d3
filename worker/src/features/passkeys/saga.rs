//! Signatures of passkeys, which take the platform to verify before a rule decides.

use crate::{
    credentials::webauthn::{Assertion, signature},
    error::InternalError,
    features::{
        passkeys::passkey_proof::{self, SignIn},
        second_factor::Proof,
        sessions::{
            self,
            session::{Rotated, SignedIn},
        },
        sign_in::{
            Reauthenticate, Reauthentication,
            challenge::{self, Answer},
        },
    },
    object::{Change, CommandResult, Envelope, Object, Saga},
};
use guildhall_shared::AccountId;
use std::rc::Rc;

impl Saga for SignIn {
    async fn run(
        mut self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<SignedIn>, InternalError> {
        verify(object, &mut self.assertion).await;
        let Self { assertion, browser } = &self;
        object.change(envelope, |tx, context| passkey_proof::sign_in(tx, context, id, assertion, browser))
    }
}

impl Saga for Answer {
    async fn run(
        mut self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<SignedIn>, InternalError> {
        verify_proof(object, &mut self.proof).await;
        let Self { link, proof, browser } = &self;
        object.change(envelope, |tx, context| challenge::answer(tx, context, id, (*link, proof), browser))
    }
}

impl Saga for Reauthenticate {
    async fn run(
        mut self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Rotated>, InternalError> {
        if let Reauthentication::Factor(proof) = &mut self.by {
            verify_proof(object, proof).await;
        }
        object.change(envelope, |tx, context| sessions::rules::reauthenticate(tx, context, id, &self.by))
    }
}

async fn verify_proof(object: &Rc<Object>, proof: &mut Proof) {
    match proof {
        Proof::Passkey(assertion) => verify(object, assertion).await,
        Proof::Totp(_) | Proof::Recovery(_) => {}
    }
}

/// Notes under which of the account's keys the signature holds. The rule looks at the passkey again: others may come in
/// between.
async fn verify(object: &Rc<Object>, assertion: &mut Assertion) {
    let Some(key) = object.read(|tx| passkey_proof::key_of(tx, &assertion.credential)) else { return };
    if signature::verify(&key, assertion).await {
        assertion.verified = Some(key);
    }
}
