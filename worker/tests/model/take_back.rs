//! Taking an account back by a mailed link: the rule, told a second time over plain maps.

use crate::{
    factor::{App, Codes, Factor},
    op::{Act, Op},
    passkey::Passkey,
    state::{Account, Found, State},
};
use guildhall_shared::{AccountId, PasskeyId, TeamId, Timestamp, id::LinkId, timestamp::DAY};
use guildhall_worker::{
    credentials::{cipher, secret::Installation},
    features::{
        api_keys::{api_key_end::EndSince, record::ApiKeyRecord},
        second_factor::record,
    },
    object::ObjectName,
    store::{Effect, Transaction, key, memory::World},
};
use std::{collections::BTreeMap, rc::Rc};

/// How far back a link reaches, and how long a factor is kept that was removed.
const REACH: i64 = 7 * DAY;

const KEPT: i64 = 8 * DAY;

/// A factor that was removed, and may come back.
#[derive(Debug, Clone, PartialEq)]
pub struct Former {
    pub was: Was,
    pub since: Found<Timestamp>,
    pub removed: Found<Timestamp>,
    pub until: Found<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Was {
    App { seed: Vec<u8>, step: i64 },
    Passkey(PasskeyId, Passkey),
    Codes(Codes),
}

/// A link of the news that something was added.
#[derive(Debug, Clone)]
pub struct Added {
    pub email: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

impl Was {
    fn name(&self) -> String {
        match self {
            Self::App { seed, .. } => format!("app {seed:?}"),
            Self::Passkey(id, _) => format!("passkey {id}"),
            Self::Codes(codes) => format!("codes {:?}", codes.macs.first()),
        }
    }
}

fn in_order(mut formers: Vec<Former>) -> Vec<Former> {
    formers.sort_by_key(|former| former.was.name());
    formers
}

impl Factor {
    /// Keeps a factor that is just removed.
    pub fn file(&mut self, was: Was, since: Timestamp, now: Timestamp) {
        let former = Former { was, since: Found(since), removed: Found(now), until: Found(now.plus(KEPT)) };
        self.formers.push(former);
        self.formers = in_order(std::mem::take(&mut self.formers));
    }

    pub fn file_codes(&mut self, now: Timestamp) {
        if let Some(codes) = self.codes.take() {
            let since = codes.made.0;
            self.file(Was::Codes(codes), since, now);
        }
    }

    /// What came since a time goes, and what had stood then comes back.
    fn take(&mut self, since: Timestamp, now: Timestamp) {
        let had = self.is_on();
        self.passkeys.retain(|_, passkey| passkey.created.0 < since);
        if self.app != App::On || self.on.0 >= since {
            self.end_app();
        }
        if self.codes.as_ref().is_some_and(|codes| codes.made.0 >= since) {
            self.codes = None;
        }
        self.restore(since, since, now);
        if had && !self.is_on() {
            self.restore(since, Timestamp::default(), now);
        }
        if !self.is_on() {
            self.void();
        }
    }

    fn restore(&mut self, stood: Timestamp, removed_since: Timestamp, now: Timestamp) {
        let is_wanted = |of: &Former| of.until.0 > now && of.since.0 < stood && of.removed.0 >= removed_since;
        let (mut wanted, kept): (Vec<Former>, Vec<Former>) =
            std::mem::take(&mut self.formers).into_iter().partition(is_wanted);
        self.formers = kept;
        wanted.sort_by_key(|of| core::cmp::Reverse(of.since.0));
        for former in wanted {
            match former.was {
                Was::App { seed, step } if self.app != App::On => {
                    (self.app, self.seed, self.step, self.on) = (App::On, seed, step, former.since);
                }
                Was::Passkey(id, passkey) => {
                    let known = |of: &Passkey| of.credential == passkey.credential;
                    if !self.passkeys.values().any(known) {
                        self.passkeys.insert(id, Passkey { is_returned: true, ..passkey });
                    }
                }
                Was::Codes(codes) if self.codes.is_none() => self.codes = Some(codes),
                Was::App { .. } | Was::Codes(_) => {}
            }
        }
    }
}

/// Those that are kept, of an object's records.
pub fn found(tx: &Transaction<'_>, id: AccountId) -> Vec<Former> {
    let records = tx.scan(&key::former_factors()).into_iter().map(|(_, record)| record);
    let all = records.filter(|record| record.until > tx.now()).map(|record| {
        let since = record.factor.since();
        let was = match record.factor {
            record::Former::Totp(app) => {
                let seed = cipher::unwrap_seed(&Installation::fixed(), &app.seed, id.as_str()).unwrap();
                Was::App { seed: seed.to_vec(), step: app.step }
            }
            record::Former::Passkey(passkey) => Was::Passkey(passkey.id, crate::passkey::shown(passkey)),
            record::Former::Codes(codes) => Was::Codes(crate::factor::shown(codes)),
        };
        Former { was, since: Found(since), removed: Found(record.removed), until: Found(record.until) }
    });
    in_order(all.collect())
}

pub fn links(tx: &Transaction<'_>) -> BTreeMap<LinkId, Added> {
    let all = tx.scan(&key::take_back_links()).into_iter();
    all.map(|(link, of)| (link.parse().unwrap(), Added { email: of.email, since: of.since, until: of.until })).collect()
}

/// Whether an API key goes when its team hears that its maker's account was taken back.
pub fn ends(world: &Rc<World>, team: TeamId, api_key: &ApiKeyRecord) -> bool {
    let pending = world.read(&ObjectName::Account(api_key.maker), |tx| tx.scan(&key::pendings()));
    pending.iter().any(|(_, row)| match &row.effect {
        Effect::Call(ObjectName::Team(to), _) if *to == team => row
            .effect
            .command()
            .is_some_and(|EndSince { since, .. }| api_key.created >= since && api_key.created <= row.since),
        _ => false,
    })
}

/// The mailbox that holds the link of a call, if it is still good.
fn mailbox(account: &Account, now: Timestamp, act: &Act) -> Option<String> {
    match act {
        Act::Reset { by, .. } => {
            let is_good = account.resets.0.get(&by.link).is_some_and(|at| *at > now) && account.is_held;
            is_good.then(|| account.email.clone())
        }
        Act::UndoEmail { by, .. } => {
            account.former.get(&by.link).filter(|former| former.until.0 > now).map(|former| former.email.clone())
        }
        Act::TakeBack { by, .. } => {
            let link = account.added.0.get(&by.link).filter(|link| link.until > now)?;
            let undoes = account
                .former
                .values()
                .any(|former| former.email == link.email && former.since.0 >= link.since && former.until.0 > now);
            (account.email == link.email || undoes).then(|| link.email.clone())
        }
        _ => None,
    }
}

impl State {
    /// By whoever holds a link: an account is theirs, with nothing of what came of late.
    pub fn take_back(&mut self, now: Timestamp, id: AccountId, op: &Op) -> Result<(), u16> {
        let account = self.accounts.get_mut(&id).ok_or(400_u16)?;
        let mailbox = mailbox(account, now, &op.act).ok_or(400_u16)?;
        let password = op.act.password().ok_or(400_u16)?;
        if account.password == password {
            return Err(400);
        }
        let since = if account.is_confirmed { now.plus(-REACH) } else { Timestamp::default() };
        account.password = password;
        account.sessions.clear();
        account.devices.clear();
        account.resets.0.clear();
        account.unlocks.0.clear();
        account.factor.waiting.clear();
        account.factor.take(since, now);
        account.ssh_keys.retain(|(_, _, created)| created.0 < since);
        let own = account.former.values().filter(|former| former.email == mailbox);
        if let Some(first) = own.map(|former| former.since.0).min() {
            account.former.retain(|_, other| other.since.0 < first);
        }
        account.is_held |= account.email != mailbox;
        account.email = mailbox;
        // Of links of several mailboxes one can be used: but those of a mailbox that can still undo a change stay.
        let formers: Vec<&String> = account.former.values().map(|former| &former.email).collect();
        account.added.0.retain(|_, link| link.email != account.email && formers.contains(&&link.email));
        account.pending = None;
        if !account.is_confirmed {
            account.factor.formers.clear();
            account.is_confirmed = true;
            account.link = None;
        }
        for team in self.teams.values_mut() {
            team.keys.retain(|_, key| key.maker != id || key.created.0 < since);
        }
        Ok(())
    }
}

impl Account {
    /// A link that was mailed to a mailbox that can undo nothing.
    pub fn stray_link(&self) -> Option<&LinkId> {
        let is_known =
            |email: &String| self.email == *email || self.former.values().any(|former| former.email == *email);
        self.added.0.iter().find(|(_, added)| !is_known(&added.email)).map(|(link, _)| link)
    }
}
