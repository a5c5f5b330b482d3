//! What is asked before somebody is invited: of the team whom it would mail, of the account whether it has sent too many.
//! The email's object counts what its mailbox gets.

use super::{
    Context,
    access::permit,
    account,
    budget::{Budget, INVITATIONS, INVITATIONS_NEW, NEW, place},
    email,
    invitation::{blind, judge, parse},
    invitation_answer::open,
};
use crate::{
    error::Refusal,
    object::{Command as ObjectCommand, ObjectName},
    store::{Draft, Effect, key},
};
use guildhall_shared::{AccountId, Action, InvitationId, TeamId, invitation::Invitation, text::lower};
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
    for budget in budgets(draft, id)? {
        let left = budget.spend_many(draft, &place(&budget), many)?;
        draft.notes.left(left);
    }
    Ok(())
}

/// Takes back what was counted for invitations that were not sent.
pub fn give_back(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, many: usize) -> Result<(), Refusal> {
    context.only_system()?;
    for budget in budgets(draft, id)? {
        let left = budget.give_back(draft, &place(&budget), many);
        draft.notes.left(left);
    }
    Ok(())
}

/// Has taken back what was counted for those who got nothing after all: the team may have changed meanwhile.
pub fn unsent(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    (team, by): (TeamId, AccountId),
    counted: &[String],
    made: &[Invitation],
) {
    let unsent: Vec<&String> =
        counted.iter().filter(|email| made.iter().all(|made| lower(&made.email) != lower(email))).collect();
    if unsent.is_empty() {
        return;
    }
    let back = ObjectCommand::Account(Box::new(account::Command::InvitesBack { many: unsent.len() }));
    draft.effect(Effect::Call(ObjectName::Account(by), Box::new(back)));
    for email in unsent {
        let back = ObjectCommand::Email(email::Command::InviteBack { team });
        draft.effect(Effect::Call(ObjectName::Email(blind(context, email)), Box::new(back)));
    }
}

/// What an account's invitations are counted in.
fn budgets(draft: &Draft<'_>, id: AccountId) -> Result<Vec<Budget>, Refusal> {
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::not_found)?;
    let is_new = draft.now().since(account.created) < NEW;
    Ok(is_new.then_some(INVITATIONS_NEW).into_iter().chain([INVITATIONS]).collect())
}
