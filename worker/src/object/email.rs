//! The email object: which account holds an address, and how often its password was tried.

use super::{Answered, Change, Envelope, Object, Origin, Saga, TimerSaga, is_yes};
use crate::{
    domain::{
        account::{Claim, Mine},
        email::{self, Lapse},
        email_attempt::Reset,
    },
    error::Broken,
    store::key,
};
use std::rc::Rc;

/// Nobody waits for the mail: how long it takes would say whether there is an account.
impl Saga for Reset {
    async fn run(self, object: &Rc<Object>, hash: String, envelope: &Envelope) -> Result<Answered<()>, Broken> {
        let answer = object.decide(envelope, true, |draft, context| self.count(draft, context, &hash))?;
        object.start_outbox_unseen();
        Ok(answer)
    }
}

/// A claim lapses unless its account says that it is its own.
impl TimerSaga for Lapse {
    async fn fire(self, object: &Rc<Object>, hash: String) -> Result<(), Broken> {
        let Some(claim) = object.look(|draft| draft.get(&key::email())).filter(|email| email.until.is_some()) else {
            return object.write(|draft, _| draft.stop_timer(&self));
        };
        let ask = Mine { claim: Claim::Email(hash) };
        let mine = is_yes(&object.ask(&claim.account, &ask, &Origin::default()).await?);
        object.write(|draft, _| {
            // The claim may have moved while the account was asked.
            if draft.get(&key::email()).as_ref() == Some(&claim) {
                if mine { email::keep(draft, claim.account) } else { email::free(draft) }
            }
        })
    }
}
