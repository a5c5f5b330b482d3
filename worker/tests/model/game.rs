//! A history as it is played: calls go out, one by one or several at once, and what is found
//! afterwards has to be what the rules say of some order of them.

use crate::{
    chance::Chance,
    factor,
    facts::{Before, outcomes},
    op::{Act, Mailed, Op, Program, Seat, Who},
    passkey, password,
    rule::judge,
    state::State,
    support::{Actor, Reply},
    tell::differ,
};
use futures_util::future::join_all;
use guildhall_shared::AccountId;
use guildhall_worker::{
    credentials::{secret::Installation, token},
    object::ObjectName,
    store::{
        key,
        memory::{Faults, World},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

/// How often each act was answered what.
pub type Tally = BTreeMap<(String, u16), usize>;

/// Who does what, where there is something to do.
pub type NewPassword = Option<(Option<Who>, Act)>;

pub struct Game {
    pub world: Rc<World>,
    pub chance: Chance,
    pub state: State,
    /// What stood before the last call.
    pub stood: State,
    pub seats: Vec<Seat>,
    /// Browsers as they were before they got another cookie, and those that were put aside.
    pub past: Vec<Seat>,
    pub programs: Vec<Program>,
    /// Recovery codes as they were shown, and sign-ins that wait for a second factor.
    pub codes: BTreeMap<AccountId, Vec<String>>,
    pub challenges: Vec<Mailed>,
    /// Names that somebody wanted by a call of several at once that said neither yes nor no: the one that came after
    /// it hides whether it was done, until names have come to rest.
    pub unsure: BTreeSet<String>,
    pub made: usize,
    /// The email whose password is being asked for.
    pub forgotten: String,
    /// The account that the next calls are about, if they are.
    pub about: Option<AccountId>,
    pub steps: usize,
    pub tally: Tally,
    seed: u64,
    log: Vec<String>,
}

impl Game {
    pub fn new(seed: u64) -> Self {
        Self {
            world: World::new(seed),
            chance: Chance::new(seed),
            state: State::default(),
            stood: State::default(),
            seats: vec![],
            past: vec![],
            programs: vec![],
            codes: BTreeMap::new(),
            challenges: vec![],
            unsure: BTreeSet::new(),
            made: 0,
            forgotten: String::new(),
            about: None,
            steps: 0,
            tally: Tally::new(),
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
    pub async fn play_all(&mut self, mut ops: Vec<Op>, evicts: bool) -> Vec<Reply> {
        for op in &mut ops {
            self.steps += 1;
            op.network = self.steps;
        }
        self.stand_still(&ops);
        let before = self.prepare(&ops, evicts);
        ops.iter().filter_map(|op| op.act.password()).for_each(password::expect);
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
            *self.tally.entry((op.act.verb(), reply.status)).or_default() += 1;
            self.note(&format!("{op} -> {} {}", reply.status, reply.text.chars().take(160).collect::<String>()));
        }
        if ops.iter().any(|op| op.act.signs_in() || matches!(op.act, Act::RequestReset { .. })) {
            // What is done after these answers has been begun: a link to reset leaves when nobody can
            // tell from the answer's time that it did.
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let mut objects = self.touched(&ops);
        objects.extend(ops.iter().filter_map(|op| self.new_account(op)).map(ObjectName::Account));
        let seen = self.state.seen_again(&self.world, &objects);
        let waiting: Vec<usize> = (0..ops.len()).collect();
        match self.explain(&self.state, &waiting, &ops, &replies, &before, &seen) {
            Some(after) => self.state = State { retired: after.retired, ..seen },
            None => self.fail(&self.wonder(&ops, &before, &seen)),
        }
        let copies = |state: &State| {
            state.accounts.values().flat_map(|of| of.factor.passkeys.values()).filter(|of| of.is_suspect).count()
        };
        if copies(&self.state) > copies(&self.stood) {
            *self.tally.entry(("a copy is found".to_owned(), 0)).or_default() += 1;
        }
        for reply in replies.iter().filter(|reply| reply.status == 200) {
            for (field, what) in [("removed", "something is taken"), ("restored", "something comes back")] {
                if reply.json()[field].as_array().is_some_and(|items| !items.is_empty()) {
                    *self.tally.entry((what.to_owned(), 0)).or_default() += 1;
                }
            }
        }
        let untold = ops.iter().zip(&replies).filter(|(_, reply)| ops.len() > 1 && reply.status >= 500);
        self.unsure.extend(untold.filter_map(|(op, _)| op.act.name()).map(str::to_owned));
        for (op, reply) in ops.iter().zip(&replies).filter(|(_, reply)| reply.status < 300) {
            self.learn(op, reply);
            self.learn_factor(op, reply, ops.len() == 1);
        }
        self.check_step(&ops, &replies, &before);
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
        if ops.iter().any(|op| matches!(op.act, Act::Reset { .. } | Act::UndoEmail { .. } | Act::TakeBack { .. })) {
            // API keys end in every team.
            objects.extend(self.state.teams.keys().map(|team| ObjectName::Team(*team)));
        }
        for op in ops {
            if let Act::SignIn { email, .. } | Act::RequestReset { email } = &op.act {
                let theirs = self.state.accounts.iter().filter(|(_, account)| account.email == *email);
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

    /// The account that a sign-up has made, if it has.
    fn new_account(&self, op: &Op) -> Option<AccountId> {
        let Act::SignUp { name, .. } = &op.act else { return None };
        let known = |id: &AccountId| self.state.accounts.contains_key(id);
        self.world.object_names().into_iter().find_map(|object| {
            let ObjectName::Account(id) = object else { return None };
            let record = self.world.read(&object, |tx| tx.get(&key::account(id)))?;
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
            let times = if before.at == self.world.now() { vec![before.at] } else { vec![before.at, self.world.now()] };
            for (at, facts) in times.into_iter().flat_map(|at| before.facts[next].iter().map(move |facts| (at, facts)))
            {
                let ruled = judge(state, seen, at, &ops[next], facts);
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
            match judge(&self.state, seen, before.at, op, &facts[0]) {
                Ok((after, status)) => why += &differ(&format!("{op}: {status}"), &after, seen),
                Err(status) => why += &differ(&format!("{op}: {status}"), &self.state, seen),
            }
        }
        why
    }

    /// Keeps the credentials of an answer. A browser that got another cookie has one no longer.
    fn learn(&mut self, op: &Op, reply: &Reply) {
        let installation = Installation::fixed();
        match &op.act {
            Act::SignUp { .. }
            | Act::SignIn { .. }
            | Act::Reauthenticate { .. }
            | Act::ChangePassword { .. }
            | Act::Factor(factor::Act::AnswerChallenge { .. } | factor::Act::ProveFactor { .. })
            | Act::Passkey(passkey::Act::SignInByPasskey { .. })
                if reply.status != 202 =>
            {
                let seat = op.who.as_ref().and_then(|who| if let Who::Seat(seat) = who { Some(seat) } else { None });
                let base = seat.map_or_else(|| Actor::nobody(&self.world), |seat| seat.actor.clone());
                let cookie = reply.header("set-cookie").unwrap().split([';', '=']).nth(1).unwrap();
                let (cookie, _) = token::read_cookie(&installation, cookie).unwrap();
                if let Some(old) = seat {
                    self.seats.retain(|seat| (seat.account, seat.session) != (old.account, old.session));
                    self.past.push(old.clone());
                }
                let actor = base.following(reply);
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
        // Whoever has just given up their own role may not hear the answer again.
        let gave_up = matches!(&op.act, Act::SetAdmin { account, is_admin: false, .. }
            if op.who.as_ref().is_some_and(|who| who.account() == *account));
        let again = join_all((0..3).map(|_| op.send(&self.world))).await;
        for reply in again {
            self.note(&format!("again -> {} {}", reply.status, reply.text));
            let is_same = reply.status == op.act.success() && (first.status >= 300 || once(first) == once(&reply));
            let may_fail = self.is_faulty() && [500, 409].contains(&reply.status);
            let may_fail = may_fail || (gave_up && reply.status == 403);
            self.demand(is_same || may_fail, || format!("a repeated call got another answer than {}", first.text));
        }
        self.stand_still(std::slice::from_ref(op));
    }
}

/// An answer less what is shown once.
fn once(reply: &Reply) -> serde_json::Value {
    let mut body = reply.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("key");
    }
    body
}
