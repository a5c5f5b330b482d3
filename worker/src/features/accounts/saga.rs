//! Editing a profile: a saga where the username changes.

use crate::{
    error::InternalError,
    features::{
        accounts::profile::{self, EditProfile},
        teams::{namespace, record::Holder},
    },
    object::{Change, CommandResult, Envelope, Object, Saga, context::Context, reply::Revised},
};
use guildhall_shared::{AccountId, account::Account};
use std::rc::Rc;

/// Edits the profile. A new username is claimed first, and the edit is judged again afterwards.
impl Saga for EditProfile {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Revised<Account>>, InternalError> {
        let edit = match profile::parse_edit(&self.0) {
            Ok(edit) => edit,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let begun = object.host.now();
        if let Some(username) = edit.username.clone() {
            let judge = |tx: &mut crate::store::Transaction<'_>, context: &Context<'_>| {
                profile::may_edit(tx, context, id, &edit).map(|account| (account.username, account.workspace))
            };
            let judged = object.decide(envelope, false, judge)?;
            let (standing, team) = match judged {
                Ok(judged) => judged,
                Err(rejection) => return Ok(Err(rejection)),
            };
            if standing != username.as_str() {
                let holder = Holder::Account(id);
                let claim = namespace::Claim { holder, team, asker: object.name.clone() };
                if let Err(rejection) = object.ask(&username.as_str().to_owned(), &claim, &envelope.origin).await? {
                    object.forget_begun(envelope)?;
                    return Ok(Err(rejection));
                }
            }
        }
        object.change(envelope, |tx, context| profile::edit(tx, context, id, edit, begun))
    }
}
