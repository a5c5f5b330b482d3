//! The second factor of an account: the app, its recovery codes, the failures that all factors share,
//! and sign-ins that wait. Codes are made here a second time, by RFC 6238.

use crate::{
    account::finish,
    op::{Act as Any, Mailed, Op, Who},
    passkey::{self, Passkey, Signing},
    rule::{Facts, NOTHING},
    state::{Account, Found, State},
    take_back::{self, Former, Was},
};
use guildhall_shared::{
    AccountId, PasskeyId, SessionId, Timestamp,
    id::LinkId,
    timestamp::{HOUR, MINUTE, SECOND},
};
use guildhall_worker::{
    credentials::{
        cipher,
        secret::{DIGITS, Installation, Purpose},
    },
    features::second_factor::record::RecoveryRecord,
    store::{Transaction, key},
};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;

/// Failures in a quarter of an hour, sign-ins that wait at once, and how long one does.
const FAILURES: usize = 10;

const WINDOW: i64 = 15 * MINUTE;

const WAITING: usize = 5;

/// How long a step of the app is.
const STEP: i64 = 30 * SECOND;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum App {
    #[default]
    Off,
    Begun,
    On,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Factor {
    pub app: App,
    pub seed: Vec<u8>,
    /// The last step whose code was used.
    pub step: i64,
    pub begun: Found<Timestamp>,
    pub on: Found<Timestamp>,
    pub codes: Option<Codes>,
    pub passkeys: BTreeMap<PasskeyId, Passkey>,
    /// Factors that were removed and may come back.
    pub formers: Vec<Former>,
    pub failures: Vec<Found<Timestamp>>,
    /// Sign-ins whose password was right.
    pub waiting: BTreeMap<LinkId, Waiting>,
}

/// Recovery codes as they are stored, and whether each was used.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Codes {
    pub made: Found<Timestamp>,
    pub macs: Vec<(String, bool)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The keyed hash of the email that the password came with.
    pub email: String,
    pub expires: Found<Timestamp>,
}

#[derive(Debug, Clone)]
pub enum Proof {
    Totp(String),
    Recovery(String),
    Passkey(Signing),
}

#[derive(Debug, Clone)]
pub enum Act {
    BeginTotp,
    ConfirmTotp {
        code: String,
    },
    /// By a code of either kind.
    EndTotp {
        proof: Proof,
    },
    MakeCodes,
    AnswerChallenge {
        by: Mailed,
        proof: Proof,
    },
    ProveFactor {
        proof: Proof,
    },
}

/// What comes of a proof.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    Held,
    /// It counts.
    Failed,
    /// There is nothing that it could prove.
    Missing,
    /// All factors wait.
    Late,
}

/// The code of a step: HMAC-SHA-1 by hand (RFC 2104, 4226 and 6238).
pub fn code(seed: &[u8], step: i64) -> String {
    let mut block = [0_u8; 64];
    block[..seed.len()].copy_from_slice(seed);
    let padded = |pad: u8| Sha1::new().chain_update(block.map(|byte| byte ^ pad));
    let inner = padded(0x36).chain_update(step.to_be_bytes()).finalize();
    let outer = padded(0x5c).chain_update(inner).finalize();
    let at = usize::from(outer[19] & 15);
    let word = u32::from_be_bytes(outer[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

pub fn step_at(now: Timestamp) -> i64 {
    now.millis().div_euclid(STEP)
}

/// Whether this is the code behind what is stored of one.
pub fn is_code(id: AccountId, text: &str, mac: &str) -> bool {
    let bare = text.replace('-', "");
    Installation::fixed().is_mac(Purpose::Recovery, &format!("{id}\n{bare}"), mac, DIGITS)
}

pub fn email_hash(email: &str) -> String {
    Installation::fixed().blind("email", &email.to_lowercase())
}

impl Factor {
    pub fn is_on(&self) -> bool {
        self.app == App::On || !self.passkeys.is_empty()
    }

    pub fn codes_left(&self) -> usize {
        self.codes.iter().flat_map(|codes| &codes.macs).filter(|(_, used)| !used).count()
    }

    /// The ways to answer a challenge, the handiest first.
    pub fn methods(&self) -> Vec<&'static str> {
        let has_passkey = self.passkeys.values().any(|passkey| !passkey.is_suspect);
        let all = [("passkey", has_passkey), ("totp", self.app == App::On), ("recovery", self.codes_left() > 0)];
        all.into_iter().filter(|(_, has)| *has && self.is_on()).map(|(name, _)| name).collect()
    }

    /// The step of a code, where it is right around a time.
    fn fresh(&self, text: &str, now: Timestamp) -> Option<i64> {
        let now = step_at(now);
        (now - 1..=now + 1).find(|step| *step > self.step && code(&self.seed, *step) == text)
    }

    pub fn prove(&mut self, id: AccountId, now: Timestamp, proof: &Proof) -> Judged {
        let waits = self.failures.last().is_some_and(|last| now.since(last.0) < WINDOW);
        if self.failures.len() >= FAILURES && waits {
            return Judged::Late;
        }
        let (has, holds) = match proof {
            Proof::Totp(_) if self.app != App::On => (false, false),
            Proof::Totp(text) => {
                let fresh = self.fresh(text, now);
                self.step = fresh.unwrap_or(self.step);
                (true, fresh.is_some())
            }
            Proof::Recovery(text) => {
                let has = self.codes_left() > 0;
                let mut codes = self.codes.iter_mut().flat_map(|codes| &mut codes.macs);
                let known = codes.find(|(mac, used)| !*used && is_code(id, text, mac));
                (has, known.map(|(_, used)| *used = true).is_some())
            }
            Proof::Passkey(signing) => (!self.passkeys.is_empty(), passkey::accept(&mut self.passkeys, signing)),
        };
        match (has, holds) {
            (false, _) => Judged::Missing,
            (true, true) => {
                self.failures.clear();
                Judged::Held
            }
            (true, false) => {
                self.failures.retain(|at| now.since(at.0) < WINDOW);
                self.failures.push(Found(now));
                Judged::Failed
            }
        }
    }

    /// Codes come with the first factor, and go with the last.
    pub fn saved(&mut self, had: bool, seen: Option<&Self>, now: Timestamp) {
        if !self.is_on() {
            self.file_codes(now);
            self.void();
        } else if !had {
            self.codes = Some(made(seen, None, now));
        }
    }

    pub fn void(&mut self) {
        (self.codes, self.failures, self.waiting) = (None, vec![], BTreeMap::new());
    }

    pub fn end_app(&mut self) {
        (self.app, self.seed, self.step) = (App::Off, vec![], 0);
    }

    /// What nobody confirmed for an hour goes.
    pub fn lapse(&mut self, now: Timestamp, seen: Option<&Self>) {
        self.formers.retain(|former| former.until.0 > now);
        let is_late = self.app == App::Begun && now.since(self.begun.0) >= HOUR;
        if is_late && seen.is_none_or(|seen| seen.app == App::Off) {
            self.end_app();
        }
    }

    /// A sign-in more that waits; of many, the one that began first gives way.
    pub fn wait(&mut self, seen: Option<&Self>, now: Timestamp, email: &str) {
        let mut standing: Vec<(LinkId, Timestamp)> =
            self.waiting.iter().map(|(link, waiting)| (*link, waiting.expires.0)).collect();
        standing.sort_by_key(|(_, expires)| core::cmp::Reverse(*expires));
        for (at, (link, expires)) in standing.into_iter().enumerate() {
            if expires <= now || at + 1 >= WAITING {
                self.waiting.remove(&link);
            }
        }
        let new = seen.into_iter().flat_map(|seen| &seen.waiting).find(|(link, _)| !self.waiting.contains_key(*link));
        let (link, expires) =
            new.map_or((LinkId::from_random(NOTHING), now.plus(10 * MINUTE)), |(link, new)| (*link, new.expires.0));
        self.waiting.insert(link, Waiting { email: email_hash(email), expires: Found(expires) });
    }
}

/// Ten new codes, all of them others than before. Old ones that have come back meanwhile are none.
fn made(seen: Option<&Factor>, old: Option<&Codes>, now: Timestamp) -> Codes {
    let known = |mac: &String| old.is_some_and(|old| old.macs.iter().any(|(other, _)| other == mac));
    let new = seen.and_then(|seen| seen.codes.as_ref()).filter(|new| new.macs.len() == 10);
    let new = new.filter(|new| !new.macs.iter().any(|(mac, _)| known(mac)) && now.since(new.made.0) < MINUTE);
    let (made, macs) = new.map_or((Found(now), vec![]), |new| (new.made, new.macs.clone()));
    Codes { made, macs: macs.into_iter().map(|(mac, _)| (mac, false)).collect() }
}

pub fn shown(record: RecoveryRecord) -> Codes {
    let macs = record.codes.into_iter().map(|code| (code.mac, code.used.is_some()));
    Codes { made: Found(record.made), macs: macs.collect() }
}

pub fn found(tx: &Transaction<'_>, id: AccountId) -> Factor {
    let record = tx.get(&key::account(id));
    let totp = tx.get(&key::totp());
    let seed = totp.as_ref().map(|totp| cipher::unwrap_seed(&Installation::fixed(), &totp.seed, id.as_str()).unwrap());
    let on = record.as_ref().and_then(|record| record.totp);
    let is_begun = record.is_some_and(|record| record.totp_begun);
    let codes = tx.get(&key::recovery()).map(shown);
    let waiting = tx.scan(&key::challenges()).into_iter().map(|(link, challenge)| {
        (link.parse().unwrap(), Waiting { email: challenge.email_hash, expires: Found(challenge.expires) })
    });
    Factor {
        app: match (on, is_begun) {
            (Some(_), _) => App::On,
            (None, true) => App::Begun,
            (None, false) => App::Off,
        },
        seed: seed.map(|seed| seed.to_vec()).unwrap_or_default(),
        step: totp.as_ref().map_or(0, |totp| totp.step),
        begun: Found(totp.map(|totp| totp.made).unwrap_or_default()),
        on: Found(on.unwrap_or_default()),
        codes,
        passkeys: passkey::found(tx),
        formers: take_back::found(tx, id),
        failures: tx.get(&key::factor()).unwrap_or_default().times.into_iter().map(Found).collect(),
        waiting: waiting.collect(),
    }
}

/// An act of somebody who is signed in. The status is that of an answer after which all this stands.
pub fn judge(
    (account, seen): (&mut Account, Option<&Account>),
    now: Timestamp,
    (me, session): (AccountId, SessionId),
    act: &Act,
) -> Result<u16, u16> {
    let seen_factor = seen.map(|seen| &seen.factor);
    let (had, factor) = (account.factor.is_on(), &mut account.factor);
    match act {
        Act::BeginTotp if factor.app == App::On => Err(409),
        Act::BeginTotp => {
            let new = seen_factor.filter(|new| new.seed != factor.seed).map(|new| (new.seed.clone(), new.begun));
            (factor.seed, factor.begun) = new.unwrap_or_default();
            (factor.app, factor.step) = (App::Begun, 0);
            Ok(201)
        }
        Act::ConfirmTotp { .. } if factor.app != App::Begun => Err(409),
        Act::ConfirmTotp { code } => {
            factor.step = factor.fresh(code, now).ok_or(400_u16)?;
            (factor.app, factor.on) = (App::On, Found(now));
            factor.saved(had, seen_factor, now);
            account.sessions.entry(session).and_modify(|session| session.factor = Found(Some(now)));
            Ok(200)
        }
        Act::EndTotp { .. } if factor.app != App::On => Err(409),
        Act::EndTotp { proof } => match factor.prove(me, now, proof) {
            Judged::Held => {
                factor.file(Was::App { seed: factor.seed.clone(), step: factor.step }, factor.on.0, now);
                factor.end_app();
                factor.saved(had, seen_factor, now);
                Ok(204)
            }
            Judged::Failed => Ok(400),
            Judged::Missing => Err(400),
            Judged::Late => Err(429),
        },
        Act::MakeCodes if !had => Err(409),
        Act::MakeCodes => {
            account.sessions.get(&session).filter(|session| session.has_factor(now)).ok_or(401_u16)?;
            let new = made(seen_factor, factor.codes.as_ref(), now);
            factor.file_codes(now);
            factor.codes = Some(new);
            Ok(201)
        }
        Act::ProveFactor { proof } => match factor.prove(me, now, proof) {
            Judged::Held => {
                account.sessions.remove(&session);
                crate::account::open(account, seen);
                Ok(204)
            }
            Judged::Failed => Ok(400),
            Judged::Missing => Err(400),
            Judged::Late => Err(429),
        },
        Act::AnswerChallenge { .. } => unreachable!("a challenge is answered by whoever holds it"),
    }
}

/// An answer to a challenge. A right one signs in, unless the account has left: then nothing happens.
pub fn answer(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    (by, proof): (&Mailed, &Proof),
    facts: &Facts,
) -> Result<u16, u16> {
    let account = after.accounts.get_mut(&by.account).ok_or(401_u16)?;
    let waiting = account.factor.waiting.get(&by.link).filter(|waiting| waiting.expires.0 > now).ok_or(401_u16)?;
    if waiting.email != email_hash(&account.email) {
        return Err(401);
    }
    match account.factor.prove(by.account, now, proof) {
        Judged::Held => {
            account.factor.waiting.remove(&by.link);
            finish(after, seen, now, op, by.account, facts)
        }
        Judged::Failed => Ok(401),
        Judged::Missing => Err(401),
        Judged::Late => Err(429),
    }
}

impl Op {
    /// The account whose factors it makes anew, as codes or a seed that are told apart from the last
    /// ones only.
    pub fn remakes(&self) -> Option<AccountId> {
        let remakes = matches!(
            self.act,
            Any::Factor(Act::BeginTotp | Act::ConfirmTotp { .. } | Act::MakeCodes) | Any::Passkey(_)
        );
        self.who.as_ref().map(Who::account).filter(|_| remakes)
    }
}
