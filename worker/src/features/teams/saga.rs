//! The team object: the only writer of a team. Hands each command to its rule.

use crate::{
    error::InternalError,
    features::{
        accounts::account::{Claim, Mine},
        deactivation::{self, Reopen},
        teams::{
            self, namespace,
            record::Holder,
            team::{self, EditTeam},
        },
    },
    object::{
        Change, CommandResult, Envelope, Object, Origin, Saga, TimerSaga, context::Context, is_yes, reply::Revised,
    },
    store::Transaction,
};
use guildhall_shared::{TeamId, team::Team};
use std::rc::Rc;

/// Edits the profile. A new namespace is claimed first, and the edit is judged again afterwards.
impl Saga for EditTeam {
    async fn run(
        self,
        object: &Rc<Object>,
        id: TeamId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Revised<Team>>, InternalError> {
        let edit = match teams::rules::parse_edit(&self.0) {
            Ok(edit) => edit,
            Err(rejection) => return Ok(Err(rejection)),
        };
        if let Some(namespace) = edit.namespace.clone() {
            let judge = |tx: &mut Transaction<'_>, context: &Context<'_>| {
                team::may_edit(tx, context, id, &edit).map(|(_, team)| team.namespace)
            };
            let judged = object.decide(envelope, false, judge)?;
            let standing = match judged {
                Ok(standing) => standing,
                Err(rejection) => return Ok(Err(rejection)),
            };
            if standing != namespace.as_str() {
                let holder = Holder::Team(id);
                let claim = namespace::Claim { holder, team: id, asker: object.name.clone() };
                if let Err(rejection) = object.ask(&namespace.as_str().to_owned(), &claim, &envelope.origin).await? {
                    object.forget_begun(envelope)?;
                    return Ok(Err(rejection));
                }
            }
        }
        object.change(envelope, |tx, context| team::edit(tx, context, id, edit))
    }
}

/// A team that was closed asks whether its owner has gone, and opens again where nothing came of it.
impl TimerSaga for Reopen {
    async fn fire(self, object: &Rc<Object>, id: TeamId) -> Result<(), InternalError> {
        let standing = object.read(|tx| deactivation::closed(tx, id));
        let leaves = match standing {
            Some((owner, attempt)) => {
                is_yes(&object.ask(&owner, &Mine { claim: Claim::Leaving(attempt) }, &Origin::default()).await?)
            }
            None => false,
        };
        object.write(|tx, _| match standing {
            // While the attempt continues, the timer comes back.
            Some(_) if leaves => {}
            Some((_, attempt)) => deactivation::open(tx, id, Some(attempt)),
            None => tx.stop_timer(&self),
        })
    }
}
