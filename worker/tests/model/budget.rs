//! Budgets, told a second time: how much of each a call takes, and whether that is left.

use crate::{
    game::Game,
    mailbox::{Mailbox, RECIPIENT},
    op::{Act, Op},
    state::{Account, Team},
};
use guildhall_shared::{
    Timestamp,
    timestamp::{DAY, HOUR, MINUTE},
};
use std::collections::BTreeMap;

/// Name, number and window of each that an account or a team has.
const RESEND: [(&str, usize, i64); 2] = [("resend", 5, HOUR), ("resend-day", 10, DAY)];
const EMAIL: [(&str, usize, i64); 2] = [("email-change", 5, HOUR), ("email-change-day", 10, DAY)];
const TEAM: [(&str, usize, i64); 2] = [("team", 10, HOUR), ("team-day", 30, DAY)];
const NAME: [(&str, usize, i64); 2] = [("username", 5, DAY), ("username-kept", 20, 90 * DAY)];
const NAME_UNCONFIRMED: [(&str, usize, i64); 1] = [("username-unconfirmed", 2, 7 * DAY)];
const NAMESPACE: [(&str, usize, i64); 2] = [("namespace", 5, DAY), ("namespace-kept", 20, 90 * DAY)];
const INVITE: [(&str, usize, i64); 1] = [("invitation", 500, DAY)];
const INVITE_NEW: [(&str, usize, i64); 1] = [("invitation-new", 100, DAY)];

/// What of one budget counts.
fn counting(spent: &BTreeMap<String, Vec<Timestamp>>, (name, _, window): (&str, usize, i64), now: Timestamp) -> usize {
    spent.get(name).map_or(0, |times| times.iter().filter(|at| now.since(**at) < window).count())
}

/// Takes so many of each, or says that too few are left.
fn take(
    spent: &mut BTreeMap<String, Vec<Timestamp>>,
    budgets: &[(&'static str, usize, i64)],
    now: Timestamp,
    many: usize,
) -> Result<(), u16> {
    if budgets.iter().any(|budget| counting(spent, *budget, now) + many > budget.1) {
        return Err(429);
    }
    for (name, _, _) in budgets {
        spent.entry((*name).to_owned()).or_default().extend(core::iter::repeat_n(now, many));
    }
    Ok(())
}

impl Account {
    /// Whether a confirmation may be sent again, before it is.
    pub fn may_resend(&self, now: Timestamp) -> Result<(), u16> {
        self.clone().resends(now)
    }

    pub fn resends(&mut self, now: Timestamp) -> Result<(), u16> {
        take(&mut self.spent.0, &RESEND, now, 1)
    }

    pub fn asks_for_an_email(&mut self, now: Timestamp) -> Result<(), u16> {
        take(&mut self.spent.0, &EMAIL, now, 1)
    }

    pub fn makes_a_team(&mut self, now: Timestamp) -> Result<(), u16> {
        take(&mut self.spent.0, &TEAM, now, 1)
    }

    /// Whether it may take another name, before it does.
    pub fn may_be_renamed(&self, now: Timestamp) -> Result<(), u16> {
        self.clone().is_renamed(now)
    }

    pub fn is_renamed(&mut self, now: Timestamp) -> Result<(), u16> {
        if !self.is_confirmed {
            take(&mut self.spent.0, &NAME_UNCONFIRMED, now, 1)?;
        }
        take(&mut self.spent.0, &NAME, now, 1)
    }

    pub fn invites(&mut self, now: Timestamp, many: usize) -> Result<(), u16> {
        if now.since(self.created.0) < 7 * DAY {
            take(&mut self.spent.0, &INVITE_NEW, now, many)?;
        }
        take(&mut self.spent.0, &INVITE, now, many)
    }

    /// Wrong passwords of a browser or a session that count.
    pub fn wrong(&self, of: &str, now: Timestamp) -> usize {
        counting(&self.wrong.0, (of, 0, 15 * MINUTE), now)
    }
}

impl Team {
    pub fn may_be_renamed(&self, now: Timestamp) -> Result<(), u16> {
        take(&mut self.spent.0.clone(), &NAMESPACE, now, 1)
    }

    pub fn is_renamed(&mut self, now: Timestamp) -> Result<(), u16> {
        take(&mut self.spent.0, &NAMESPACE, now, 1)
    }
}

impl Game {
    /// Emails that a call has mailed, with what their mailboxes have had of that.
    pub fn mailed_by(&self, op: &Op) -> Vec<String> {
        match &op.act {
            Act::Invite { emails, .. } => emails.clone(),
            Act::ResendInvitation { team, id } => {
                let team = self.state.teams.get(team);
                team.and_then(|team| team.invitations.get(id)).map(|of| of.email.clone()).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// The recipients of a call who take no more of so many calls.
    pub fn limited(&self, op: &Op, calls: usize) -> Vec<String> {
        let now = self.world.now();
        let has_enough = |email: &String| !Mailbox::of(&self.world, email, now).takes(op.act.team(), calls);
        self.mailed_by(op).into_iter().filter(has_enough).collect()
    }

    /// Whether several calls at once come near a number, so that one of them may be refused.
    pub fn is_near(&self, op: &Op, calls: usize) -> bool {
        let now = self.world.now();
        let near = |spent: &BTreeMap<String, Vec<Timestamp>>, budgets: &[(&'static str, usize, i64)]| {
            budgets.iter().any(|budget| counting(spent, *budget, now) + 5 * calls > budget.1)
        };
        let account = op.who.as_ref().and_then(|who| self.state.accounts.get(&who.account()));
        let team = op.act.team().and_then(|team| self.state.teams.get(&team));
        let budgets: Vec<(&str, usize, i64)> =
            [&RESEND[..], &EMAIL, &TEAM, &NAME, &NAME_UNCONFIRMED, &INVITE_NEW].concat();
        let recipients = !self.limited(op, calls).is_empty();
        account.is_some_and(|account| near(&account.spent.0, &budgets))
            || team.is_some_and(|team| near(&team.spent.0, &NAMESPACE))
            || recipients
            || Mailbox::of(&self.world, &self.email_of(op).unwrap_or_default(), now).confirmations + calls > RECIPIENT
    }
}
