//! A claim on an email that its account never confirmed to hold.

use crate::{
    error::InternalError,
    features::{
        accounts::account::{Claim, Mine},
        emails::email::{self, Lapse},
    },
    object::{Change, Object, Origin, TimerSaga, is_yes},
    store::key,
};
use std::rc::Rc;

/// A claim lapses unless its account says that it is its own.
impl TimerSaga for Lapse {
    async fn fire(self, object: &Rc<Object>, hash: String) -> Result<(), InternalError> {
        let Some(claim) = object.read(|tx| tx.get(&key::email())).filter(|email| email.until.is_some()) else {
            return object.write(|tx, _| tx.stop_timer(&self));
        };
        let ask = Mine { claim: Claim::Email(hash) };
        let mine = is_yes(&object.ask(&claim.account, &ask, &Origin::default()).await?);
        object.write(|tx, _| {
            // The claim may have moved while the account was asked.
            if tx.get(&key::email()).as_ref() == Some(&claim) {
                if mine { email::keep(tx, claim.account) } else { email::free(tx) }
            }
        })
    }
}
