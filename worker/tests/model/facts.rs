//! What is known before calls go out, and which answers it leaves open.

use crate::{
    account::known_device,
    factor,
    game::Game,
    invitee, leaving,
    mailbox::{ATTEMPTS, Mailbox},
    op::{Act, Offer, Op, Who, email_of},
    passkey,
    rule::{Facts, Ruled},
    state::State,
    support::Reply,
};
use guildhall_shared::{TeamId, Timestamp};
use guildhall_worker::{
    features::teams::record::{Holder, State as NameState},
    object::ObjectName,
    store::key,
};

/// What was known before the calls went out.
pub struct Before {
    /// For each call what may be the case when it arrives; what most probably is comes first.
    pub facts: Vec<Vec<Facts>>,
    /// The email that each call is about, as its object had it.
    pub mailboxes: Vec<Mailbox>,
    /// Calls whose name or email somebody else may hold for a while.
    contested: Vec<bool>,
    /// Calls that come near a number together, so that another order of what counts may refuse them.
    near: Vec<bool>,
    /// Calls to a team that has not heard that the caller is back.
    unheard: Vec<bool>,
    pub at: Timestamp,
    pub is_faulty: bool,
    /// Whether some object still has something to tell another, as after an eviction.
    pub waits: bool,
}

impl Game {
    pub fn prepare(&self, ops: &[Op], evicts: bool) -> Before {
        let is_faulty = self.is_faulty() || evicts;
        let is_loose = is_faulty || ops.len() > 1;
        let mailboxes: Vec<Mailbox> = ops
            .iter()
            .map(|op| {
                self.email_of(op).map(|email| Mailbox::of(&self.world, &email, self.world.now())).unwrap_or_default()
            })
            .collect();
        let facts = ops.iter().zip(&mailboxes).map(|(op, mailbox)| {
            let likely = self.fact(op, mailbox);
            let mut facts = vec![likely.clone()];
            if is_loose {
                self.vary(op, &likely, ops.len(), &mut facts);
            }
            facts
        });
        Before {
            facts: facts.collect(),
            near: ops.iter().map(|op| ops.len() > 1 && self.is_near(op, ops.len())).collect(),
            unheard: ops.iter().map(|op| self.is_unheard(op)).collect(),
            contested: ops.iter().map(|op| self.is_contested(op, ops)).collect(),
            at: self.world.now(),
            is_faulty,
            waits: !self.world.busy().is_empty(),
            mailboxes,
        }
    }

    /// The email whose object a call asks.
    pub fn email_of(&self, op: &Op) -> Option<String> {
        match &op.act {
            Act::SignIn { email, .. } | Act::RequestReset { email } | Act::ChangeEmail { email } => Some(email.clone()),
            Act::SignUp { name, .. } => Some(email_of(name)),
            _ => {
                let account = op.who.as_ref().and_then(|who| self.state.accounts.get(&who.account()));
                account.map(|account| account.email.clone())
            }
        }
    }

    fn fact(&self, op: &Op, mailbox: &Mailbox) -> Facts {
        let is_linked = match (&op.act, &op.who) {
            (Act::Prefer { team, .. }, Some(who)) => {
                let link = |tx: &guildhall_worker::store::Transaction<'_>| tx.get(&key::link(*team));
                self.world.read(&ObjectName::Account(who.account()), link).is_some_and(|link| link.made)
            }
            _ => false,
        };
        Facts {
            attempts: self.attempts(op, mailbox),
            confirmations: mailbox.confirmations,
            limited: self.limited(op, 1),
            holder: mailbox.holder,
            is_locked: mailbox.locked.is_some(),
            signs_out: true,
            is_linked,
            is_late: true,
            called: None,
        }
    }

    /// Wrong passwords that count against this call: those of its session, of its browser where the holder of the email
    /// knows it, or else those that strangers have tried.
    fn attempts(&self, op: &Op, mailbox: &Mailbox) -> usize {
        let now = self.world.now();
        match (&op.act, &op.who) {
            (Act::Reauthenticate { .. }, Some(Who::Seat(seat))) => {
                self.state.accounts.get(&seat.account).map_or(0, |of| of.wrong(seat.session.as_str(), now))
            }
            (Act::SignIn { .. }, _) => {
                let holder = mailbox.holder.and_then(|id| Some((id, self.state.accounts.get(&id)?)));
                let known = holder.and_then(|(id, of)| Some((of, known_device(of, now, id, op)?)));
                known.map_or(mailbox.attempts, |(of, device)| of.wrong(device.as_str(), now))
            }
            _ => mailbox.attempts,
        }
    }

    /// What else may be the case: something was still under way, or other calls came first.
    fn vary(&self, op: &Op, likely: &Facts, calls: usize, facts: &mut Vec<Facts>) {
        let mut or = |change: &dyn Fn(&mut Facts)| {
            for mut other in facts.clone() {
                change(&mut other);
                if !facts.contains(&other) {
                    facts.push(other);
                }
            }
        };
        match &op.act {
            Act::Factor(factor::Act::AnswerChallenge { .. }) | Act::Passkey(passkey::Act::SignInByPasskey { .. }) => {
                or(&|facts| facts.signs_out = false);
            }
            Act::SignIn { .. } | Act::Reauthenticate { .. } => {
                let is_near = likely.attempts + calls > ATTEMPTS;
                if is_near {
                    or(&|facts| facts.attempts = if facts.attempts < ATTEMPTS { ATTEMPTS } else { 0 });
                }
                if calls > 1 || self.email_of(op).is_some_and(|email| self.may_move(&email)) {
                    or(&|facts| facts.is_locked = !facts.is_locked);
                    or(&|facts| facts.attempts = 0);
                }
                or(&|facts| facts.signs_out = false);
            }
            Act::Leaving(leaving::Act::Deactivate { .. }) if calls > 1 => {
                // The name is asked for first, and may be another by the end.
                let called = op.who.as_ref().and_then(|who| self.state.accounts.get(&who.account()));
                or(&|facts| facts.called = called.map(|account| account.username.clone()));
            }
            Act::Prefer { .. } => or(&|facts| facts.is_linked = !facts.is_linked),
            Act::Invite { .. } if calls > 1 && self.limited(op, calls) != likely.limited => {
                // Another call may have used up what a recipient had left.
                for email in self.limited(op, calls) {
                    or(&|facts| {
                        if !facts.limited.contains(&email) {
                            facts.limited.push(email.clone());
                        }
                    });
                }
                or(&|facts| facts.is_late = false);
            }
            Act::Invite { .. } | Act::ResendInvitation { .. } | Act::SetAdmin { .. } => {
                or(&|facts| facts.is_late = false);
            }
            _ => {}
        }
    }

    /// Whether the lock and the counters of an email may change just now: a call to its object waits in
    /// an outbox, or one of several calls brings it about.
    fn may_move(&self, email: &str) -> bool {
        let owners = self.state.accounts.iter().filter(|(_, account)| account.emails().contains(email));
        let names: Vec<ObjectName> = owners.map(|(id, _)| ObjectName::Account(*id)).collect();
        self.world.busy().iter().any(|name| names.contains(name))
    }

    fn is_contested(&self, op: &Op, ops: &[Op]) -> bool {
        let me = op.who.as_ref().map(Who::account);
        let wants_email = matches!(op.act, Act::SignUp { .. } | Act::Resend | Act::ChangeEmail { .. });
        let email = self.email_of(op).filter(|_| wants_email);
        let email_is = email.as_ref().is_some_and(|email| {
            let by = Mailbox::of(&self.world, email, self.world.now()).holder;
            by.is_some_and(|by| Some(by) != me)
                || ops.iter().filter(|op| self.email_of(op).as_ref() == Some(email)).count() > 1
        });
        let names = ops.iter().filter_map(|op| op.act.name());
        let name_is = op
            .act
            .name()
            .is_some_and(|name| names.filter(|other| *other == name).count() > 1 || self.is_claimed(name, op));
        let both = matches!(op.act, Act::Resend | Act::ChangeEmail { .. }) && ops.len() > 1;
        email_is || name_is || both || self.is_leaving(op, ops)
    }

    /// Whether somebody's leaving is under way, which lets nobody in, and is undone where it came to nothing.
    fn is_leaving(&self, op: &Op, ops: &[Op]) -> bool {
        let leaves = |op: &Op| matches!(op.act, Act::Leaving(leaving::Act::Deactivate { .. }));
        let others = ops.len() > 1 && ops.iter().any(leaves);
        let look = |of: Option<&Who>| {
            let object = ObjectName::Account(of.map(Who::account)?);
            Some(self.world.read(&object, |tx| {
                (tx.get(&key::leaving()).is_some(), tx.scan(&key::links()).iter().any(|(_, link)| !link.made))
            }))
        };
        let (goes, comes) = look(op.who.as_ref()).unwrap_or_default();
        let is_closed = |team: &TeamId| {
            let record = self.world.read(&ObjectName::Team(*team), |tx| tx.get(&key::team(*team)));
            record.is_some_and(|record| record.closed.is_some())
        };
        match &op.act {
            Act::Leaving(leaving::Act::Deactivate { .. }) => {
                comes || ops.len() > 1 || op.who.as_ref().is_some_and(|who| !self.is_told(who.account()))
            }
            Act::CreateTeam { .. } => others || goes,
            Act::SignUp { offer, .. } => offer.as_ref().is_some_and(|offer| others || is_closed(&offer.team)),
            Act::AcceptMail(Offer { team, .. }) | Act::AcceptId { team, .. } => others || goes || is_closed(team),
            Act::Invitee(act) => others || is_closed(&act.team()),
            _ => false,
        }
    }

    /// Whether a team still takes somebody who is back for one who has left.
    fn is_unheard(&self, op: &Op) -> bool {
        let (Some(team), Some(Who::Seat(seat))) = (op.act.team(), &op.who) else { return false };
        let member = self.world.read(&ObjectName::Team(team), |tx| tx.get(&key::member(team, seat.account)));
        member.is_some_and(|member| member.profile.deactivated)
    }

    /// Whether a name is claimed by somebody else, or on its way back from them.
    fn is_claimed(&self, name: &str, op: &Op) -> bool {
        let object = ObjectName::Namespace(name.to_owned());
        let claim = self.world.read(&object, |tx| tx.get(&key::namespace_claim()));
        let mine = match &op.act {
            Act::ChangeName { .. } => op.who.as_ref().map(|who| Holder::Account(who.account())),
            act => act.team().map(Holder::Team),
        };
        claim.is_some_and(|claim| Some(claim.holder) != mine && !matches!(claim.state, NameState::Retired { .. }))
    }
}

/// The states that may stand after an answer: `None` where nothing has changed.
pub fn outcomes(
    op: &Op,
    at: usize,
    replies: &[Reply],
    ruled: Ruled,
    before: &Before,
    is_batch: bool,
) -> Vec<Option<State>> {
    let status = replies[at].status;
    let is_loose = before.is_faulty || is_batch;
    let mut also: Vec<u16> = vec![];
    if before.contested[at] || (op.idempotency.is_some() && before.is_faulty) {
        also.push(409);
    }
    if before.near[at] {
        also.push(429);
    }
    if before.unheard[at] {
        also.push(401);
    }
    if is_loose {
        // These ask the replica, which may not have heard yet.
        match (&op.act, &op.who) {
            (Act::AcceptId { .. } | Act::Invitee(invitee::Act::DeclineId { .. }), _) => also.extend([403, 404, 409]),
            (Act::Switch { .. }, _) => also.extend([200, 404]),
            (_, Some(Who::Program(program))) if op.act.team() != Some(program.team) => also.extend([401, 404]),
            _ => {}
        }
    }
    let mut outcomes = vec![];
    match ruled {
        Ok((after, right)) if status == right || (status == 500 && before.is_faulty) => outcomes.push(Some(after)),
        Err(rejection) if rejection == status => outcomes.push(None),
        _ => {}
    }
    if also.contains(&status) || (status == 500 && before.is_faulty) {
        outcomes.push(None);
    }
    outcomes
}
