//! Editing a profile: a saga where the username changes.

use crate::{
    domain::{self, namespace, profile},
    error::Broken,
    object::{Answered, Change, Command, Envelope, Object, ObjectName, from_json},
};
use guildhall_shared::{AccountId, TeamId};
use std::rc::Rc;

/// Edits the profile. A new username is claimed first, and the edit is judged again afterwards.
pub async fn edit(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    patch: &guildhall_shared::account::AccountPatch,
) -> Result<Answered, Broken> {
    let edit = match profile::parse_edit(patch) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let begun = object.host.now();
    if let Some(username) = edit.username.clone() {
        let judge = |draft: &mut crate::store::Draft<'_>, context: &domain::Context<'_>| {
            profile::may_edit(draft, context, id, &edit).map(|account| (account.username, account.workspace))
        };
        let judged = object.decide(envelope, false, judge)?;
        let (standing, team): (String, TeamId) = match judged {
            Ok(judged) => from_json(&judged)?,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if standing != username.as_str() {
            let holder = namespace::Holder::Account(id);
            let claim = namespace::Command::Claim { holder, team, asker: object.name.clone() };
            let to = ObjectName::Namespace(username.as_str().to_owned());
            if let Err(refusal) = object.ask(to, Command::Namespace(claim), &envelope.origin).await? {
                object.forget_begun(envelope)?;
                return Ok(Err(refusal));
            }
        }
    }
    object.change(envelope, |draft, context| profile::edit(draft, context, id, edit, begun))
}
