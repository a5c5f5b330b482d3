//! An email address: which account holds it, and how much mail it gets. The object is named by a keyed hash, so that an
//! address that nobody has leaves no trace of itself.

use crate::{
    error::Rejection,
    features::{
        emails::record::EmailRecord,
        erasure,
        limits::{
            budget::{self, CONFIRMATION_MAILS, INVITATION_MAILS, INVITATION_MAILS_OF_TEAM},
            record::CountRecord,
        },
        sign_in::email_attempt::{LOCK, clear},
    },
    object::{
        self, Command, Handler, Rule, TimerHandler, TimerRule, context::Context, rule, timer, timer_rule, timer_saga,
    },
    store::{Key, Transaction, key},
};
use guildhall_shared::{AccountId, TeamId, timestamp::MINUTE};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[
    rule::<Claim>(),
    rule::<Keep>(),
    rule::<Release>(),
    rule::<Denied>(),
    rule::<Invite>(),
    rule::<InviteBack>(),
    rule::<Invited>(),
    rule::<Erase>(),
];

pub const TIMERS: &[TimerHandler] = &[timer_saga::<Lapse>(), timer_rule::<Forget>()];

timer!(
    /// A claim asks the account that made it.
    Lapse on object::Email as "lapse"
);

timer!(
    /// What was counted last no longer counts.
    Forget on object::Email as "forget"
);

/// How long a claim lasts before the email asks the account.
pub const CLAIM: i64 = 5 * MINUTE;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub account: AccountId,
    /// Whether a confirmation is mailed for it, which the mailbox takes a few times a day.
    pub is_mailed: bool,
}

impl Command for Claim {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.claim";
}

impl Rule for Claim {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        let standing = tx.get(&key::email());
        if standing.as_ref().is_some_and(|email| email.account != self.account) {
            return Err(Rejection::conflict("This email address has an account. Sign in, or use another address."));
        }
        if self.is_mailed {
            CONFIRMATION_MAILS.spend(tx, &budget::place(&CONFIRMATION_MAILS))?;
            tx.set_timer(&Forget, tx.now().plus(LOCK));
        }
        if standing.is_some_and(|email| email.until.is_none()) {
            return Ok(());
        }
        let until = tx.now().plus(CLAIM);
        tx.put(&key::email(), &EmailRecord { account: self.account, until: Some(until) });
        tx.set_timer(&Lapse, until);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keep {
    pub account: AccountId,
}

impl Command for Keep {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.keep";
}

impl Rule for Keep {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        if !is_holder(tx, self.account) {
            return Err(Rejection::conflict("This email address has another account."));
        }
        keep(tx, self.account);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    pub account: AccountId,
}

impl Command for Release {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.release";
}

impl Rule for Release {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        if is_holder(tx, self.account) {
            free(tx);
        }
        Ok(())
    }
}

/// The holder of the mailbox says that it did not ask for the mails to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Denied {
    pub account: AccountId,
}

impl Command for Denied {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.denied";
}

impl Rule for Denied {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        if is_holder(tx, self.account) {
            tx.delete(&budget::place(&CONFIRMATION_MAILS));
        }
        Ok(())
    }
}

/// From a team, before it mails an invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invite {
    pub team: TeamId,
}

impl Command for Invite {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.invite";
}

impl Rule for Invite {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        INVITATION_MAILS_OF_TEAM.spend(tx, &mails_of_team(self.team))?;
        INVITATION_MAILS.spend(tx, &budget::place(&INVITATION_MAILS))?;
        tx.set_timer(&Forget, tx.now().plus(LOCK));
        // Should its account be erased, the email knows where it was invited to.
        erasure::mark(tx, &key::invited(self.team));
        Ok(())
    }
}

/// From that team: it has not mailed it after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InviteBack {
    pub team: TeamId,
}

impl Command for InviteBack {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.inviteBack";
}

impl Rule for InviteBack {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        INVITATION_MAILS_OF_TEAM.give_back(tx, &mails_of_team(self.team), 1);
        INVITATION_MAILS.give_back(tx, &budget::place(&INVITATION_MAILS), 1);
        Ok(())
    }
}

/// From a team: it has invited this email. Outboxes had it before teams asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    pub team: TeamId,
}

impl Command for Invited {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.invited";
}

impl Rule for Invited {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        erasure::mark(tx, &key::invited(self.team));
        Ok(())
    }
}

/// From an account that is erased, and holds or once held this email.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erase {
    pub account: AccountId,
}

impl Command for Erase {
    type On = object::Email;
    type Reply = Option<AccountId>;
    const NAME: &'static str = "email.erase";
}

impl Rule for Erase {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        hash: String,
    ) -> Result<Option<AccountId>, Rejection> {
        context.only_system()?;
        let other = holder(tx).filter(|other| *other != self.account);
        if other.is_none() {
            erase(tx, &hash);
        }
        Ok(other)
    }
}

/// Who has the email, or a claim on it.
pub fn holder(tx: &Transaction<'_>) -> Option<AccountId> {
    tx.get(&key::email()).map(|email| email.account)
}

pub fn is_holder(tx: &Transaction<'_>, account: AccountId) -> bool {
    holder(tx) == Some(account)
}

/// Where the invitations of one team are counted.
fn mails_of_team(team: TeamId) -> Key<CountRecord> {
    key::count(&format!("{}/{team}", INVITATION_MAILS_OF_TEAM.name))
}

/// Leaves nothing, and tells the teams that have invited it.
fn erase(tx: &mut Transaction<'_>, hash: &str) {
    for (team, _) in tx.scan(&key::inviteds()) {
        if let Ok(team) = team.parse() {
            tx.call(&team, &erasure::EraseEmail { email: hash.to_owned() });
        }
    }
    tx.wipe(usize::MAX, "");
}

pub fn keep(tx: &mut Transaction<'_>, account: AccountId) {
    tx.put(&key::email(), &EmailRecord { account, until: None });
    tx.stop_timer(&Lapse);
}

pub fn free(tx: &mut Transaction<'_>) {
    tx.delete(&key::email());
    tx.stop_timer(&Lapse);
}

/// Forgets counters a day after they last moved; what still counts is looked at again.
impl TimerRule for Forget {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, _hash: String) {
        let now = tx.now();
        tx.stop_timer(&Forget);
        clear(tx);
        tx.delete_all(&key::counts());
        if let Some(record) = tx.get(&key::resets()) {
            let until = record.locked.into_iter().chain(record.free).max().filter(|until| *until > now);
            match until {
                Some(until) => tx.set_timer(&Forget, until),
                None => tx.delete(&key::resets()),
            }
        }
    }
}
