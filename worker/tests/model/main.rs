//! Random histories against a model: several accounts and teams, faults at random, the objects
//! thrown away at any time. `GUILDHALL_LONG=1` plays 100,000 calls, `GUILDHALL_SEED` one history.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod account;
mod answer;
#[path = "../authenticator.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod authenticator;
mod budget;
mod chance;
mod check;
mod choose;
mod factor;
mod facts;
mod found;
mod game;
mod invitee;
mod leaving;
mod mailbox;
mod op;
mod passkey;
mod password;
mod proof;
mod race;
mod rule;
mod ssh_key;
mod state;
mod step;
#[path = "../support.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod support;
mod take_back;
mod tell;
mod time;
mod wish;

use choose::Kind;
use game::{Game, Tally};
use op::{Act, Op, Who};
use support::run;

/// Calls of one history.
const LENGTH: usize = 400;

/// What has to be done, and refused, in every play: else the histories no longer go there.
const ALWAYS: [&str; 18] = [
    "AddSshKey",
    "RemoveSshKey",
    "BeginTotp",
    "ConfirmTotp",
    "EndTotp",
    "MakeCodes",
    "AnswerChallenge",
    "ProveFactor",
    "AddPasskey",
    "RenamePasskey",
    "RemovePasskey",
    "SignInByPasskey",
    "Deactivate",
    "ComeBack",
    "SignIn",
    "PreviewMail",
    "DeclineMail",
    "DeclineId",
];

/// What has to come about in every play.
const SOMETIMES: [(&str, u16); 4] = [("SignIn", 202), ("ProveFactor", 429), ("a copy is found", 0), ("erased", 0)];

/// What a play has still to bring about.
fn lacking(tally: &Tally) -> Option<String> {
    for verb in ALWAYS {
        let times = |from: u16| {
            let all = tally.range((verb.to_owned(), from)..(verb.to_owned(), from + 100));
            all.map(|(_, times)| times).sum::<usize>()
        };
        let (done, refused) = (times(200), times(400));
        if done == 0 || refused == 0 {
            return Some(format!("{verb} is done {done} times and refused {refused} times"));
        }
    }
    let never = SOMETIMES.iter().find(|(what, status)| !tally.contains_key(&((*what).to_owned(), *status)));
    never.map(|(what, status)| format!("{what} {status} never comes"))
}

/// Plays histories from this seed on until so many calls were made, and up to twice as many until everything came
/// about.
fn play(first: u64, calls: usize, with_faults: bool) {
    let only = std::env::var("GUILDHALL_SEED").ok().and_then(|seed| seed.parse().ok());
    let calls = if std::env::var_os("GUILDHALL_LONG").is_some() { 50_000 } else { calls };
    let mut played = 0;
    let mut tally = Tally::new();
    let mut seed = only.unwrap_or(first);
    while played < calls || (played < 2 * calls && lacking(&tally).is_some()) {
        let (steps, answers) = run(history(seed, with_faults));
        played += steps;
        for (what, times) in answers {
            *tally.entry(what).or_default() += times;
        }
        seed += 1;
        if only.is_some() {
            break;
        }
    }
    println!("{played} calls");
    for ((verb, status), times) in &tally {
        println!("{times:6} {verb} {status}");
    }
    if only.is_none() {
        assert_eq!(lacking(&tally), None);
    }
}

#[test]
fn histories_without_faults_are_what_the_rules_say() {
    play(1_000_000, 2_000, false);
}

#[test]
fn histories_with_faults_come_to_rest_as_the_rules_say() {
    play(2_000_000, 2_000, true);
}

async fn history(seed: u64, with_faults: bool) -> (usize, Tally) {
    let mut game = Game::new(seed);
    game.begin().await;
    while game.steps < LENGTH {
        if with_faults && game.chance.percent(75) {
            let faults = game.choose_faults();
            game.note(&format!("{faults:?}"));
            game.world.faults.set(faults);
        }
        let until = game.steps + 20 + game.chance.below(40);
        while game.steps < until {
            game.go_on(with_faults).await;
        }
        game.settle().await;
        let seats = game.seats.clone();
        let seat = game.chance.pick(&seats).unwrap();
        game.read_all(&seat).await;
        game.settle().await;
    }
    (game.steps, game.tally)
}

impl Game {
    /// Three people with confirmed emails, one without, and two teams.
    async fn begin(&mut self) {
        for name in ["ana", "bob", "cyd", "dan"] {
            self.play(Op::by(None, Act::SignUp { name: name.to_owned(), offer: None })).await.is(201);
            let seat = Who::Seat(self.seats.last().unwrap().clone());
            if name != "dan" {
                let confirmations = self.mailed(Kind::Confirm);
                self.play(Op::by(Some(seat), Act::Confirm(confirmations[0].clone()))).await.is(204);
            }
        }
        for (at, namespace) in ["core", "data"].into_iter().enumerate() {
            let seat = Who::Seat(self.seats[at].clone());
            self.play(Op::by(Some(seat), Act::CreateTeam { namespace: namespace.to_owned() })).await.is(201);
        }
    }

    /// One call, several at once, a look, a pause or an eviction.
    async fn go_on(&mut self, with_faults: bool) {
        match self.chance.below(100) {
            0..70 => self.one().await,
            70..82 => {
                let mut ops: Vec<Op> = vec![];
                let accounts: Vec<_> = self.state.accounts.keys().copied().collect();
                let about = self.chance.pick(&accounts).filter(|_| self.chance.percent(40));
                for _ in 0..2 + self.chance.below(3) {
                    let op = match about.and_then(|about| self.choose_about(about)) {
                        Some(op) => op,
                        None => self.choose(),
                    };
                    if !choose::is_alone(&op, &ops) {
                        ops.push(op);
                    }
                }
                let evicts = with_faults && self.chance.percent(25);
                self.play_all(ops, evicts).await;
            }
            82 if self.chance.percent(50) => self.guess().await,
            82..88 => {
                let seats = self.seats.clone();
                let seat = self.chance.pick(&seats).unwrap();
                self.read_one(&seat).await;
            }
            88..92 => {
                self.note("everything is evicted");
                self.world.evict_all();
            }
            _ => {
                let pause = self.choose_pause();
                self.pass(pause).await;
            }
        }
    }

    /// A call, sometimes bound to a revision, sometimes repeated under its key.
    async fn one(&mut self) {
        let mut op = self.choose();
        let revised = match &op.act {
            Act::EditTeam { team, .. } | Act::Rename { team, .. } => found::revision_of(&self.world, *team, None),
            Act::UpdateSecret { team, name } | Act::DeleteSecret { team, name } => {
                found::revision_of(&self.world, *team, Some(name))
            }
            _ => None,
        };
        if let Some(revision) = revised.filter(|_| self.chance.percent(40)) {
            let is_current = self.chance.percent(60);
            op.if_match = Some((if is_current { revision } else { revision - 1 }, is_current));
        }
        let repeats = matches!(
            op.act,
            Act::CreateTeam { .. }
                | Act::Rename { .. }
                | Act::Invite { .. }
                | Act::SetAdmin { .. }
                | Act::MakeKey { .. }
                | Act::CreateSecret { .. }
                | Act::UpdateSecret { .. }
                | Act::DeleteSecret { .. }
        );
        if repeats && self.chance.percent(25) {
            self.made += 1;
            op.idempotency = Some(format!("call-{}", self.made));
        }
        let reply = self.play(op.clone()).await;
        if op.idempotency.is_some() {
            self.repeat(&op, &reply).await;
        }
    }
}
