//! Requests to reset a password, counted by email whether or not an account holds it.

use crate::{
    error::{InternalError, Rejection},
    features::{
        emails::email::{Forget, holder},
        passwords::password,
        sign_in::email_attempt::{self, LOCK, RESETS_MAX, Reset},
    },
    object::{Change, CommandResult, Envelope, Object, Saga, context::Context},
    store::{Transaction, key},
};
use guildhall_shared::timestamp::HOUR;
use std::rc::Rc;

impl Reset {
    /// Counts a request, and has the account mail a link, or with the fifth the news of the lock. An
    /// email that nobody has is counted and locked alike, and its stand-in mails nothing.
    pub fn count(&self, tx: &mut Transaction<'_>, context: &Context<'_>, hash: &str) -> Result<(), Rejection> {
        context.only_system()?;
        let Self { devices, origin } = self;
        let id = holder(tx).unwrap_or_else(|| email_attempt::decoy_account(hash));
        let now = tx.now();
        let mut record = tx.get(&key::resets()).unwrap_or_default();
        record.times.retain(|at| now.since(*at) < HOUR);
        let locked = email_attempt::is_locked(&record, now);
        let is_free = record.free.is_some_and(|until| until > now);
        let email_hash = hash.to_owned();
        if record.times.len() < RESETS_MAX {
            record.times.push(now);
        }
        if locked || record.times.len() < RESETS_MAX {
            let devices = devices.clone();
            tx.call(&id, &password::Request { email_hash, locked, devices, origin: origin.clone() });
        } else if !is_free {
            // A mailbox that is kept from locks is not flooded either.
            let until = now.plus(LOCK);
            record.locked = Some(until);
            tx.call(&id, &password::Locked { email_hash, until, origin: origin.clone() });
        }
        tx.put(&key::resets(), &record);
        tx.set_timer(&Forget, now.plus(LOCK));
        Ok(())
    }
}

/// Nobody waits for the mail: how long it takes would say whether there is an account.
impl Saga for Reset {
    async fn run(
        self,
        object: &Rc<Object>,
        hash: String,
        envelope: &Envelope,
    ) -> Result<CommandResult<()>, InternalError> {
        let answer = object.decide(envelope, true, |tx, context| self.count(tx, context, &hash))?;
        object.start_outbox_in_background();
        Ok(answer)
    }
}
