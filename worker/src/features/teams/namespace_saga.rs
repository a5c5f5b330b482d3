//! The namespace object: one per name, so that of several claims one wins.

use crate::{
    error::InternalError,
    features::{
        accounts::account::{self, Claim},
        teams::{
            namespace::{self, Lapse, Nameless},
            record::Holder,
            record::State,
            team,
        },
    },
    object::{Change, Object, ObjectName, Origin, TimerSaga, is_yes},
    store::key,
};
use std::rc::Rc;

impl TimerSaga for Nameless {
    async fn fire(self, object: &Rc<Object>, _name: String) -> Result<(), InternalError> {
        if !object.is_settled()? {
            // The timer comes back.
            return Ok(());
        }
        object.write(|tx, _| namespace::forget_name(tx))
    }
}

/// A claim lapses unless its maker says that it is its own; a reservation just ends.
impl TimerSaga for Lapse {
    async fn fire(self, object: &Rc<Object>, name: String) -> Result<(), InternalError> {
        let Some(claim) = object.read(|tx| tx.get(&key::namespace_claim())) else {
            return object.write(|tx, _| tx.stop_timer(&self));
        };
        let mine = match &claim.state {
            State::Kept => true,
            State::Retired { .. } => false,
            State::Claimed { asker, .. } => {
                let (claim, origin) = (claim.holder, Origin::default());
                let answer = match (asker, claim) {
                    (ObjectName::Team(team), _) => {
                        object.ask(team, &team::Mine { namespace: name.clone() }, &origin).await?
                    }
                    (ObjectName::Account(account), Holder::Team(team)) => {
                        object.ask(account, &account::Mine { claim: Claim::Team(team) }, &origin).await?
                    }
                    (ObjectName::Account(account), Holder::Account(_)) => {
                        object.ask(account, &account::Mine { claim: Claim::Username(name.clone()) }, &origin).await?
                    }
                    (other, _) => return Err(InternalError::new(format!("{} claims no names", other.place().0))),
                };
                is_yes(&answer)
            }
        };
        object.write(|tx, _| {
            // The claim may have moved while its maker was asked.
            if tx.get(&key::namespace_claim()).as_ref() == Some(&claim) {
                if mine {
                    namespace::keep(tx, &name, &claim);
                } else {
                    namespace::lapse(tx, &name, &claim);
                }
            }
        })
    }
}
