//! What is asked before someone is invited: of the team whom it would mail, of the account whether it has sent too many.
//! The email's object counts what its mailbox gets.

use crate::{
    access::policy::permit,
    error::Rejection,
    features::{
        emails::email,
        invitations::{
            invitation::{judge, parse},
            invitation_answer::open,
            record::blind,
        },
        limits::budget::{Budget, INVITATIONS, INVITATIONS_NEW, NEW, place},
    },
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, Action, InvitationId, TeamId, invitation::Invitation, text::lower};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<CountInvites>(), rule::<GiveBackInvites>()];

/// Whom someone is about to have mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    pub by: AccountId,
    pub emails: Vec<String>,
}

/// Whether these may be invited, before anybody is asked.
pub fn may_create(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    emails: &[String],
) -> Result<Mailing, Rejection> {
    let (permit, _, parsed, _) = judge(tx, context, team, emails)?;
    Ok(Mailing { by: permit.account, emails: parsed.iter().map(|email| email.as_str().to_owned()).collect() })
}

/// The same for an invitation that is sent again.
pub fn may_resend(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
) -> Result<Mailing, Rejection> {
    let permit = permit(tx, context, team, Action::Invite)?;
    let record = open(tx, team, id)?;
    if record.expires <= tx.now() {
        parse(tx, team, core::slice::from_ref(&record.email))?;
    }
    Ok(Mailing { by: permit.account, emails: vec![record.email] })
}

/// From a team in which it is about to invite so many people.
/// Counts invitations that an account is about to send; one that is new may send fewer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountInvites {
    pub many: usize,
}

impl Command for CountInvites {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.invites";
}

impl Rule for CountInvites {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { many } = *self;
        context.only_system()?;
        for budget in budgets(tx, id)? {
            let left = budget.spend_many(tx, &place(&budget), many)?;
            tx.notes.left(left);
        }
        Ok(())
    }
}

/// From that team: so many of them got no invitation.
/// Takes back what was counted for invitations that were not sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiveBackInvites {
    pub many: usize,
}

impl Command for GiveBackInvites {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.invitesBack";
}

impl Rule for GiveBackInvites {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { many } = *self;
        context.only_system()?;
        for budget in budgets(tx, id)? {
            let left = budget.give_back(tx, &place(&budget), many);
            tx.notes.left(left);
        }
        Ok(())
    }
}

/// Has taken back what was counted for those who got nothing after all: the team may have changed meanwhile.
pub fn unsent(
    tx: &mut Transaction<'_>,
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
    tx.call(&by, &GiveBackInvites { many: unsent.len() });
    for email in unsent {
        tx.call(&blind(context, email), &email::InviteBack { team });
    }
}

/// What an account's invitations are counted in.
fn budgets(tx: &Transaction<'_>, id: AccountId) -> Result<Vec<Budget>, Rejection> {
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::not_found)?;
    let is_new = tx.now().since(account.created) < NEW;
    Ok(is_new.then_some(INVITATIONS_NEW).into_iter().chain([INVITATIONS]).collect())
}
