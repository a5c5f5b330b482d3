//! The email object: which account holds an address, and how often its password was tried.

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
