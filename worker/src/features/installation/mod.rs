//! The installation's keys as they were seen: a check value of each, and what each still holds. A key that is needed may
//! not be missing, and no key may change its bytes under its id. The values that are wrapped under an older key are
//! visited page by page and wrapped anew.

pub mod feature;
pub mod http;
pub mod record;
pub mod saga;

use crate::{
    credentials::secret::{Shown, ShownKey},
    error::Rejection,
    features::{
        installation::record::{InstallationRecord, KeyRecord, WalkRecord},
        secrets::secret,
        totp,
    },
    object::{self, Command, Handler, Rule, TimerHandler, context::Context, rule, timer, timer_saga},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, TeamId,
    deactivation::COME_BACK,
    health::InstallationKey,
    timestamp::{DAY, HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Enter>(), rule::<Look>(), rule::<RenewTeam>(), rule::<RenewAccount>()];

pub const TIMERS: &[TimerHandler] = &[timer_saga::<Walk>()];

timer!(
    /// The visit to everybody continues.
    Walk on object::Installation as "walk"
);

/// How long after a change of keys it begins: by then nobody makes anything with the keys of before.
pub const DELAY: i64 = 15 * MINUTE;

/// When it is repeated where a key still holds something.
const AGAIN: i64 = HOUR;

/// When it is repeated where no older key does, as long as one is listed: for what was not seen yet.
const DAILY: i64 = DAY;

/// One that has not come to its end by then begins anew.
const LONGEST: i64 = DAY;

/// How long a link in a mail is good at most.
const LINKS: i64 = COME_BACK;

/// What a page of the visit has found.
pub struct Page {
    pub cursor: Option<String>,
    pub last: String,
    /// The key of each value.
    pub held: Vec<String>,
    pub missed: u64,
}

/// A server shows which keys it was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enter(pub Shown);

impl Command for Enter {
    type On = object::Installation;
    type Reply = Vec<InstallationKey>;
    const NAME: &'static str = "installation.enter";
}

impl Rule for Enter {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        (): (),
    ) -> Result<Vec<InstallationKey>, Rejection> {
        context.only_system()?;
        enter(tx, &self.0)?;
        Ok(installation_keys(tx))
    }
}

/// What each key holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look;

impl Command for Look {
    type On = object::Installation;
    type Reply = Vec<InstallationKey>;
    const NAME: &'static str = "installation.look";
}

impl Rule for Look {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        (): (),
    ) -> Result<Vec<InstallationKey>, Rejection> {
        context.only_system()?;
        Ok(installation_keys(tx))
    }
}

/// To a team or an account: wraps anew what is wrapped under another key than this one, which has to be the first
/// over there too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenewTeam {
    pub current: String,
}

impl Command for RenewTeam {
    type On = object::Team;
    type Reply = Vec<String>;
    const NAME: &'static str = "installation.renewTeam";
}

impl Rule for RenewTeam {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<Vec<String>, Rejection> {
        may_renew(context, &self.current)?;
        secret::renew(tx, context, team)
    }
}

/// The same for the seeds of an account: of its app, and of former ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenewAccount {
    pub current: String,
}

impl Command for RenewAccount {
    type On = object::Account;
    type Reply = Vec<String>;
    const NAME: &'static str = "installation.renewAccount";
}

impl Rule for RenewAccount {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Vec<String>, Rejection> {
        may_renew(context, &self.current)?;
        Ok(totp::rules::renew_all(tx, context, id))
    }
}

/// Notes keys that were not seen before, unless one is missing or wrong: then the rejection says what to change.
fn enter(tx: &mut Transaction<'_>, shown: &Shown) -> Result<(), Rejection> {
    let standing = tx.get(&key::installation());
    if let Some(standing) = &standing
        && standing.judge(shown).map_err(Rejection::conflict)?
    {
        return Ok(());
    }
    let now = tx.now();
    let old = standing.map(|record| record.keys).unwrap_or_default();
    let keys = shown.keys.iter().enumerate().map(|(at, ShownKey { id, check })| {
        let known = old.iter().find(|key| key.id == *id).cloned();
        let new =
            KeyRecord { id: id.clone(), check: check.clone(), since: now, replaced: None, held: None, done: None };
        let key = known.unwrap_or(new);
        match at {
            0 => KeyRecord { replaced: None, held: None, done: None, ..key },
            _ => KeyRecord { replaced: key.replaced.or(Some(now)), ..key },
        }
    });
    let record = InstallationRecord { index: shown.index.clone(), keys: keys.collect() };
    tx.put(&key::installation(), &record);
    tx.remove(&key::walk());
    if record.keys.len() > 1 {
        tx.set_timer(&Walk, now.plus(DELAY));
    } else {
        tx.stop_timer(&Walk);
    }
    Ok(())
}

fn installation_keys(tx: &Transaction<'_>) -> Vec<InstallationKey> {
    let keys = tx.get(&key::installation()).map(|record| record.keys).unwrap_or_default();
    let shown = keys.into_iter().enumerate().map(|(at, key)| {
        let KeyRecord { id, check: _, since: _, replaced, held, done } = key;
        let dt_links_end = replaced.map(|at| at.plus(LINKS));
        InstallationKey { id, is_current: at == 0, held, dt_done: done, dt_links_end }
    });
    shown.collect()
}

/// Where the visit continues, or begins.
pub fn walk(tx: &Transaction<'_>) -> (Option<WalkRecord>, WalkRecord) {
    let now = tx.now();
    let standing = tx.get(&key::walk());
    let goes_on = standing.clone().filter(|walk| now.since(walk.began) < LONGEST);
    let new = WalkRecord { began: now, place: 0, cursor: None, last: String::new(), held: vec![], missed: 0 };
    (standing, goes_on.unwrap_or(new))
}

/// Notes a page, unless someone else has moved on in the meantime. Gives the ids of keys that nobody knows.
pub fn walked(
    tx: &mut Transaction<'_>,
    standing: Option<&WalkRecord>,
    mut walk: WalkRecord,
    page: Page,
) -> Vec<String> {
    let Some(mut record) = tx.get(&key::installation()) else { return vec![] };
    if tx.get(&key::walk()).as_ref() != standing {
        return vec![];
    }
    for id in page.held {
        match walk.held.iter_mut().find(|(known, _)| *known == id) {
            Some((_, many)) => *many += 1,
            None => walk.held.push((id, 1)),
        }
    }
    walk.missed += page.missed;
    walk.last = page.last;
    walk.place += usize::from(page.cursor.is_none());
    walk.cursor = page.cursor;
    let now = tx.now();
    if walk.prefix().is_some() {
        tx.put(&key::walk(), &walk);
        tx.set_timer(&Walk, now);
        return vec![];
    }
    let held = |id: &str| walk.held.iter().find(|(known, _)| known == id).map_or(0, |(_, many)| *many);
    for key in record.keys.iter_mut().skip(1) {
        // Whoever could not be visited may hold anything.
        let many = held(&key.id) + walk.missed;
        key.held = Some(many);
        key.done = if many == 0 { key.done.or(Some(now)) } else { None };
    }
    tx.put(&key::installation(), &record);
    if standing.is_some() {
        tx.delete(&key::walk());
    }
    let are_done = record.keys.iter().skip(1).all(|key| key.done.is_some());
    tx.set_timer(&Walk, now.plus(if are_done { DAILY } else { AGAIN }));
    let unknown = walk.held.into_iter().map(|(id, _)| id).filter(|id| !record.keys.iter().any(|key| key.id == *id));
    unknown.collect()
}

/// Only the platform asks, and only where both have the same key in front: else each would undo what the other does.
fn may_renew(context: &Context<'_>, current: &str) -> Result<(), Rejection> {
    context.only_system()?;
    if current == context.installation.current() {
        Ok(())
    } else {
        Err(Rejection::conflict("The keys are changing. Ask again in a minute."))
    }
}
