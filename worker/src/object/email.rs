//! The email object: which account holds an address, and how often its password was tried.

use super::{Answered, Change, Command, Envelope, Object, ObjectName, Origin};
use crate::{
    domain::{self, account::Claim, email},
    error::{Broken, Refusal},
    store::key,
};
use std::rc::Rc;

pub fn handle(object: &Rc<Object>, hash: &str, envelope: &Envelope) -> Result<Answered, Broken> {
    let Command::Email(command) = &envelope.command else { return Ok(Err(Refusal::not_found())) };
    if matches!(command, email::Command::Reset { .. }) {
        // Nobody waits for the mail: how long it takes would say whether there is an account.
        let answer = object.decide(envelope, true, |draft, context| email::run(draft, context, hash, command))?;
        object.start_outbox_unseen();
        return Ok(answer);
    }
    object.change(envelope, |draft, context| email::run(draft, context, hash, command))
}

/// A claim lapses unless its account says that it is its own.
pub async fn due(object: &Rc<Object>, hash: &str, what: &str) -> Result<(), Broken> {
    if what == email::DUE_FORGET {
        return object.write(|draft, _| email::forget(draft));
    }
    let Some(claim) = object.look(|draft| draft.get(&key::email())).filter(|email| email.until.is_some()) else {
        return object.write(|draft, _| draft.not_due(what));
    };
    let ask = domain::account::Command::Mine { claim: Claim::Email(hash.to_owned()) };
    let to = ObjectName::Account(claim.account);
    let answer = object.ask(to, Command::Account(Box::new(ask)), &Origin::default()).await?;
    let mine = super::yes(answer)?;
    object.write(|draft, _| {
        // The claim may have moved while the account was asked.
        if draft.get(&key::email()).as_ref() == Some(&claim) {
            if mine { email::keep(draft, claim.account) } else { email::free(draft) }
        }
    })
}
