//! What is asked before somebody is invited: of the team whom it would mail, of the account whether it has sent too many.
//! The email's object counts what its mailbox gets.

use super::{
    Context,
    access::permit,
    budget::{INVITATIONS, INVITATIONS_NEW, NEW, place},
    invitation::{judge, parse},
    invitation_answer::open,
};
use crate::{
    error::Refusal,
    store::{Draft, key},
};
use guildhall_shared::{AccountId, Action, InvitationId, TeamId};
use serde::{Deserialize, Serialize};

/// Whom somebody is about to have mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    pub by: AccountId,
    pub emails: Vec<String>,
}

/// Whether these may be invited, before anybody is asked.
pub fn may_create(
    draft: &Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    emails: &[String],
) -> Result<Mailing, Refusal> {
    let (permit, _, parsed, _) = judge(draft, context, team, emails)?;
    Ok(Mailing { by: permit.account, emails: parsed.iter().map(|email| email.as_str().to_owned()).collect() })
}

/// The same for an invitation that is sent again.
pub fn may_resend(
    draft: &Draft<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
) -> Result<Mailing, Refusal> {
    let permit = permit(draft, context, team, Action::Invite)?;
    let record = open(draft, team, id)?;
    if record.expires <= draft.now() {
        parse(draft, team, core::slice::from_ref(&record.email))?;
    }
    Ok(Mailing { by: permit.account, emails: vec![record.email] })
}

/// Counts invitations that an account is about to send; one that is new may send fewer.
pub fn count(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, many: usize) -> Result<(), Refusal> {
    context.only_system()?;
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::not_found)?;
    if draft.now().since(account.created) < NEW {
        INVITATIONS_NEW.spend_many(draft, &place(&INVITATIONS_NEW), many)?;
    }
    INVITATIONS.spend_many(draft, &place(&INVITATIONS), many).map(drop)
}
