//! A history as it is played: calls go out, one by one or several at once, and what is found
//! afterwards has to be what the rules say of some order of them.

use crate::{
    chance::Chance,
    op::{Act, Op, Program, Seat, Who, email_of},
    rule::{Facts, Ruled, judge},
    state::{State, attempts_at, holder_of},
    support::{Actor, Reply},
};
use futures_util::future::join_all;
use guildhall_shared::{AccountId, Timestamp};
use guildhall_worker::{
    auth::{secret::Installation, token},
    domain::namespace::{Holder, State as NameState},
    object::ObjectName,
    store::{
        key,
        memory::{Faults, World},
    },
};
use std::{collections::BTreeSet, rc::Rc};

const DAY: i64 = 24 * 60 * 60_000;

pub struct Game {
    pub world: Rc<World>,
    pub chance: Chance,
    pub state: State,
    /// What stood before the last call.
    stood: State,
    pub seats: Vec<Seat>,
    pub programs: Vec<Program>,
    pub made: usize,
    pub steps: usize,
    seed: u64,
    log: Vec<String>,
}

/// What was known before the calls went out.
struct Before {
    facts: Vec<Facts>,
    /// Calls whose name or email somebody else may hold for a while.
    contested: Vec<bool>,
    at: Timestamp,
    is_faulty: bool,
}

impl Game {
    pub fn new(seed: u64) -> Self {
        Self {
            world: World::new(seed),
            chance: Chance::new(seed),
            state: State::default(),
            stood: State::default(),
            seats: vec![],
            programs: vec![],
            made: 0,
            steps: 0,
            seed,
            log: vec![],
        }
    }

    pub fn is_faulty(&self) -> bool {
        self.world.faults.get() != Faults::default()
    }

    pub fn note(&mut self, what: &str) {
        self.log.push(format!("{} {what}", self.world.now()));
    }

    /// Fails the test, with what led here.
    pub fn fail(&self, why: &str) -> ! {
        let from = self.log.len().saturating_sub(60);
        let log = self.log[from..].join("\n");
        panic!(
            "{log}\n\nseed {}, step {}: {why}\nRun it again with GUILDHALL_SEED={}.",
            self.seed, self.steps, self.seed
        )
    }

    pub fn demand(&self, holds: bool, why: impl FnOnce() -> String) {
        if !holds {
            self.fail(&why());
        }
    }

    /// One call.
    pub async fn play(&mut self, op: Op) -> Reply {
        let mut replies = self.play_all(vec![op], false).await;
        replies.remove(0)
    }

    /// Calls that go out at once; perhaps the objects are thrown away in the middle.
    pub async fn play_all(&mut self, ops: Vec<Op>, evicts: bool) -> Vec<Reply> {
        self.steps += ops.len();
        self.stand_still(&ops);
        let before = self.prepare(&ops, evicts);
        let sent = join_all(ops.iter().map(|op| op.send(&self.world)));
        let world = Rc::clone(&self.world);
        let eviction = async {
            if evicts {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                world.evict_all();
            }
        };
        let (replies, ()) = futures_util::future::join(sent, eviction).await;
        for (op, reply) in ops.iter().zip(&replies) {
            self.note(&format!("{op} -> {} {}", reply.status, reply.text.chars().take(160).collect::<String>()));
        }
        let mut objects = self.touched(&ops);
        objects.extend(ops.iter().filter_map(|op| self.new_account(op)).map(ObjectName::Account));
        let seen = self.state.seen_again(&self.world, &objects);
        let waiting: Vec<usize> = (0..ops.len()).collect();
        match self.explain(&self.state, &waiting, &ops, &replies, &before, &seen) {
            Some(after) => self.state = State { retired: after.retired, ..seen },
            None => self.fail(&self.wonder(&ops, &before, &seen)),
        }
        for (op, reply) in ops.iter().zip(&replies).filter(|(_, reply)| reply.status < 300) {
            self.learn(op, reply);
        }
        replies
    }

    /// What the calls touch stands as the model has it.
    fn stand_still(&mut self, ops: &[Op]) {
        let wrong = self.state.arrive(&self.world);
        self.demand(wrong.is_empty(), || format!("{wrong:?} are not what was promised"));
        let objects = self.touched(ops);
        let found = self.state.seen_again(&self.world, &objects);
        self.demand(found.is_as(&self.state), || differ("something changed by itself", &self.state, &found));
        self.stood = found.clone();
        self.state = found;
    }

    fn touched(&self, ops: &[Op]) -> Vec<ObjectName> {
        let mut objects: Vec<ObjectName> = ops.iter().flat_map(Op::touches).collect();
        for op in ops {
            if let Act::SignIn { name, .. } = &op.act {
                let theirs = self.state.accounts.iter().filter(|(_, account)| account.email == email_of(name));
                objects.extend(theirs.map(|(id, _)| ObjectName::Account(*id)));
            }
        }
        objects
    }

    /// Whether a browser is signed in, as far as the model knows.
    pub fn is_signed_in(&self, seat: &Seat) -> bool {
        let account = self.state.accounts.get(&seat.account);
        let session = account.and_then(|account| account.sessions.get(&seat.session));
        session.is_some_and(|session| session.expires.0 > self.world.now())
    }

    fn prepare(&self, ops: &[Op], evicts: bool) -> Before {
        let names: Vec<&str> = ops.iter().filter_map(|op| op.act.name()).collect();
        let facts = |op: &Op| {
            let mut emails = vec![];
            if let Act::SignIn { name, .. } = &op.act {
                emails.push(email_of(name));
            } else if let Some(account) = op.who.as_ref().and_then(|who| self.state.accounts.get(&who.account())) {
                emails.push(account.email.clone());
            }
            emails.first().map_or_else(Facts::default, |email| Facts {
                attempts: attempts_at(&self.world, email),
                holder: holder_of(&self.world, email),
            })
        };
        let contested = |op: &Op| {
            let email = match &op.act {
                Act::SignUp { name, .. } => Some((email_of(name), None)),
                Act::Resend => {
                    let me = op.who.as_ref().map(Who::account);
                    me.and_then(|me| Some((self.state.accounts.get(&me)?.email.clone(), Some(me))))
                }
                _ => None,
            };
            let email_is =
                email.is_some_and(|(email, me)| holder_of(&self.world, &email).is_some_and(|by| Some(by) != me));
            let name_is = op.act.name().is_some_and(|name| {
                names.iter().filter(|other| **other == name).count() > 1 || self.is_claimed(name, op)
            });
            let both = matches!(op.act, Act::Resend) && names.len() + ops.len() > 1;
            email_is || name_is || both
        };
        Before {
            facts: ops.iter().map(facts).collect(),
            contested: ops.iter().map(contested).collect(),
            at: self.world.now(),
            is_faulty: self.is_faulty() || evicts,
        }
    }

    /// Whether a name is claimed by somebody else, or on its way back from them.
    fn is_claimed(&self, name: &str, op: &Op) -> bool {
        let object = ObjectName::Namespace(name.to_owned());
        let claim = self.world.look(&object, |draft| draft.get(&key::namespace_claim()));
        let mine = op.act.team().map(Holder::Team);
        claim.is_some_and(|claim| Some(claim.holder) != mine && !matches!(claim.state, NameState::Retired { .. }))
    }

    /// The account that a sign-up has made, if it has.
    fn new_account(&self, op: &Op) -> Option<AccountId> {
        let Act::SignUp { name, .. } = &op.act else { return None };
        let known = |id: &AccountId| self.state.accounts.contains_key(id);
        self.world.object_names().into_iter().find_map(|object| {
            let ObjectName::Account(id) = object else { return None };
            let record = self.world.look(&object, |draft| draft.get(&key::account(id)))?;
            (record.username == *name && !known(&id)).then_some(id)
        })
    }

    /// Finds an order of the calls in which each answer is right and what is found comes about.
    fn explain(
        &self,
        state: &State,
        waiting: &[usize],
        ops: &[Op],
        replies: &[Reply],
        before: &Before,
        seen: &State,
    ) -> Option<State> {
        if waiting.is_empty() {
            return state.is_as(seen).then(|| state.clone());
        }
        for &next in waiting {
            let rest: Vec<usize> = waiting.iter().copied().filter(|other| *other != next).collect();
            for at in [before.at, self.world.now()] {
                let ruled = judge(state, seen, at, &ops[next], &before.facts[next]);
                for outcome in outcomes(&ops[next], next, replies, ruled, before, ops.len() > 1) {
                    let state = outcome.as_ref().unwrap_or(state);
                    let explained = self.explain(state, &rest, ops, replies, before, seen);
                    if explained.is_some() {
                        return explained;
                    }
                }
            }
        }
        None
    }

    fn wonder(&self, ops: &[Op], before: &Before, seen: &State) -> String {
        let mut why =
            format!("no order of these calls explains what is found (faults {:?})\n", self.world.faults.get());
        for (op, facts) in ops.iter().zip(&before.facts) {
            match judge(&self.state, seen, before.at, op, facts) {
                Ok(after) => why += &differ(&format!("{op}: {}", op.act.success()), &after, seen),
                Err(status) => why += &differ(&format!("{op}: {status}"), &self.state, seen),
            }
        }
        why
    }

    /// Keeps the credentials of an answer.
    fn learn(&mut self, op: &Op, reply: &Reply) {
        let installation = Installation::fixed();
        match &op.act {
            Act::SignUp { name, .. } | Act::SignIn { name, .. } => {
                let actor = Actor::signed_in(&self.world, name, reply);
                let cookie = reply.header("set-cookie").unwrap().split([';', '=']).nth(1).unwrap();
                let (cookie, _) = token::read_cookie(&installation, cookie).unwrap();
                self.seats.push(Seat { account: cookie.account, session: cookie.session, actor });
            }
            Act::MakeKey { .. } => {
                let body = reply.json();
                if let Some(text) = body["key"].as_str() {
                    let (key, _) = token::read_key(&installation, text).unwrap();
                    let actor = Actor::program(&self.world, text);
                    self.programs.push(Program { team: key.team, key: key.key, maker: key.maker, actor });
                }
            }
            _ => {}
        }
    }

    /// The same call again, with its key: nothing more may happen.
    pub async fn repeat(&mut self, op: &Op, first: &Reply) {
        let happened = first.status < 300 || !self.state.is_as(&self.stood);
        if !happened {
            return;
        }
        let again = join_all((0..3).map(|_| op.send(&self.world))).await;
        for reply in again {
            self.note(&format!("again -> {} {}", reply.status, reply.text));
            let is_same = reply.status == op.act.success() && (first.status >= 300 || once(first) == once(&reply));
            let may_fail = self.is_faulty() && [500, 409].contains(&reply.status);
            self.demand(is_same || may_fail, || format!("a repeated call got another answer than {}", first.text));
        }
        self.stand_still(std::slice::from_ref(op));
    }

    /// Time passes: what lapses, lapses.
    pub async fn pass(&mut self, millis: i64) {
        self.note(&format!("{} s pass", millis / 1000));
        self.world.pass(millis).await;
        let now = self.world.now();
        let wrong = self.state.arrive(&self.world);
        self.demand(wrong.is_empty(), || format!("{wrong:?} are not what was promised"));
        let mut objects: Vec<ObjectName> = self.state.accounts.keys().map(|id| ObjectName::Account(*id)).collect();
        objects.extend(self.state.teams.keys().map(|id| ObjectName::Team(*id)));
        let found = self.state.seen_again(&self.world, &objects);
        let is_faulty = self.is_faulty();
        let mut expected = self.state.clone();
        for (id, account) in &self.state.accounts {
            let is_unheld = found.accounts.get(id).is_none_or(|account| !account.is_held);
            let lapses = account.lapses.0.is_some_and(|at| at <= now) && !account.is_confirmed && account.is_held;
            let goes = !account.is_confirmed && now.since(account.created.0) >= 7 * DAY;
            if goes && (!self.is_faulty() || !found.accounts.contains_key(id)) {
                expected.accounts.remove(id);
            } else if lapses && (!self.is_faulty() || is_unheld) {
                let account = expected.accounts.get_mut(id).unwrap();
                (account.is_held, account.link) = (false, None);
            }
        }
        for (id, team) in &mut expected.teams {
            let found = found.teams.get(id);
            team.invitations.retain(|id, invitation| {
                let stays = found.is_some_and(|team| team.invitations.contains_key(id));
                let is_late = now.since(invitation.expires.0) >= 30 * DAY;
                !is_late || (is_faulty && stays)
            });
        }
        expected.forget_workspaces();
        self.demand(expected.is_as(&found), || differ("time did something else", &expected, &found));
        self.state = found;
        self.state.retired.retain(|_, (_, until)| until.0 > now);
    }
}

/// The states that may stand after an answer: `None` where nothing has changed.
fn outcomes(
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
    if is_loose {
        // These ask the replica, which may not have heard yet.
        match (&op.act, &op.who) {
            (Act::AcceptId { .. }, _) => also.extend([403, 404, 409]),
            (Act::Switch { .. }, _) => also.extend([200, 404]),
            (_, Some(Who::Program(program))) if op.act.team() != Some(program.team) => also.extend([401, 404]),
            _ => {}
        }
    }
    let mut outcomes = vec![];
    match ruled {
        Ok(after) if status == op.act.success() || (status == 500 && before.is_faulty) => outcomes.push(Some(after)),
        Err(refusal) if refusal == status => outcomes.push(None),
        _ => {}
    }
    if also.contains(&status) || (status == 500 && before.is_faulty) {
        outcomes.push(None);
    }
    outcomes
}

/// An answer less what is shown once.
fn once(reply: &Reply) -> serde_json::Value {
    let mut body = reply.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("key");
    }
    body
}

/// Where two states differ, for the log.
pub fn differ(why: &str, expected: &State, found: &State) -> String {
    let mut text = format!("{why}\n");
    let mut line = |what: String, expected: String, found: String| {
        if expected != found {
            text += &["  ", &what, "\n    expected ", &expected, "\n    found    ", &found, "\n"].concat();
        }
    };
    for id in expected.accounts.keys().chain(found.accounts.keys()).collect::<BTreeSet<_>>() {
        let [a, b] = [expected, found].map(|state| state.accounts.get(id));
        if a != b {
            line(id.to_string(), format!("{a:?}"), format!("{b:?}"));
        }
    }
    for id in expected.teams.keys().chain(found.teams.keys()).collect::<BTreeSet<_>>() {
        let [a, b] = [expected, found].map(|state| state.teams.get(id));
        if a != b {
            line(id.to_string(), format!("{a:?}"), format!("{b:?}"));
        }
    }
    let [a, b] = [expected, found].map(|state| state.soon.keys().collect::<Vec<_>>());
    line("on their way".to_owned(), format!("{a:?}"), format!("{b:?}"));
    text
}
