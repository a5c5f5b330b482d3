//! The email object: which account holds an address, and how often its password was tried.

use super::{Answered, Command, Envelope, ObjectName, core::Object, outbox};
use crate::{
    domain::{self, account::Claim, email},
    error::{Broken, Refusal},
    store::{Host, key},
};
use std::rc::Rc;

pub async fn handle<H: Host + 'static>(
    object: &Rc<Object<H>>,
    hash: &str,
    envelope: Envelope,
) -> Result<Answered, Broken> {
    let Command::Email(command) = &envelope.command else { return Ok(Err(Refusal::not_found())) };
    if matches!(command, email::Command::Reset { .. }) {
        // Nobody waits for the mail: how long it takes would say whether there is an account.
        let (answer, _) = object.decide(&envelope, true, |draft, context| email::run(draft, context, hash, command))?;
        outbox::start_unseen(object);
        return Ok(answer);
    }
    object.change(&envelope, |draft, context| email::run(draft, context, hash, command)).await
}

/// A claim lapses unless its account says that it is its own.
pub async fn due<H: Host + 'static>(
    object: &Rc<Object<H>>,
    hash: &str,
    envelope: &Envelope,
    what: &str,
) -> Result<(), Broken> {
    if what == email::DUE_FORGET {
        let forget = object.change(envelope, |draft, _| {
            email::forget(draft);
            Ok(())
        });
        return forget.await.map(drop);
    }
    let Some(claim) = object.look(|draft| draft.get(&key::email())).filter(|email| email.until.is_some()) else {
        return object
            .change(envelope, |draft, _| {
                let _: () = draft.not_due(what);
                Ok(())
            })
            .await
            .map(drop);
    };
    let ask = domain::account::Command::Mine { claim: Claim::Email(hash.to_owned()) };
    let to = ObjectName::Account(claim.account);
    let answer = object.ask(to, Command::Account(Box::new(ask)), &envelope.origin).await?;
    let mine = super::yes(answer)?;
    let settle = object.change(envelope, |draft, _| {
        // The claim may have moved while the account was asked.
        if draft.get(&key::email()).as_ref() == Some(&claim) {
            if mine { email::keep(draft, claim.account) } else { email::free(draft) }
        }
        Ok(())
    });
    settle.await.map(drop)
}
