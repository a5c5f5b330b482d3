//! The namespace object: one per name, so that of several claims one wins.

use super::{Answered, Change, Command, Envelope, Object, ObjectName, Origin};
use crate::{
    domain::{
        self,
        account::Claim,
        namespace::{self, Holder, State},
    },
    error::{Broken, Refusal},
    store::key,
};
use std::rc::Rc;

pub fn handle(object: &Rc<Object>, name: &str, envelope: &Envelope) -> Result<Answered, Broken> {
    let Command::Namespace(command) = &envelope.command else { return Ok(Err(Refusal::not_found())) };
    object.change(envelope, |draft, context| namespace::run(draft, context, name, command))
}

/// A claim lapses unless whoever made it says that it is its own; a reservation just ends.
pub async fn due(object: &Rc<Object>, name: &str, what: &str) -> Result<(), Broken> {
    if what == namespace::DUE_NAMELESS {
        if !object.is_settled()? {
            // The alarm comes back.
            return Ok(());
        }
        return object.write(|draft, _| namespace::forget_name(draft));
    }
    let Some(claim) = object.look(|draft| draft.get(&key::namespace_claim())) else {
        return object.write(|draft, _| draft.not_due(what));
    };
    let mine = match &claim.state {
        State::Kept => true,
        State::Retired { .. } => false,
        State::Claimed { asker, .. } => {
            let command = match (asker, claim.holder) {
                (ObjectName::Team(_), _) => Command::Team(domain::team::Command::Mine { namespace: name.to_owned() }),
                (_, Holder::Team(team)) => {
                    Command::Account(Box::new(domain::account::Command::Mine { claim: Claim::Team(team) }))
                }
                (_, Holder::Account(_)) => Command::Account(Box::new(domain::account::Command::Mine {
                    claim: Claim::Username(name.to_owned()),
                })),
            };
            super::yes(object.ask(asker.clone(), command, &Origin::default()).await?)?
        }
    };
    object.write(|draft, _| {
        // The claim may have moved while its maker was asked.
        if draft.get(&key::namespace_claim()).as_ref() == Some(&claim) {
            if mine {
                namespace::keep(draft, name, &claim);
            } else {
                namespace::lapse(draft, name, &claim);
            }
        }
    })
}
