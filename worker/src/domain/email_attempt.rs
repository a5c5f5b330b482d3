//! How often the password of an email was tried, and the lock that several requests to reset it bring about.

use super::{
    Context,
    budget::{Left, PASSWORDS},
    device,
    email::{Forget, holder, is_holder},
    password,
};
use crate::{
    error::Refusal,
    object::{self, Command, Handler, Origin, Rule, rule, saga},
    store::{Draft, key, primary_only},
};
use guildhall_shared::{
    AccountId, Timestamp,
    timestamp::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<Attempt>(), rule::<Clear>(), saga::<Reset>(), rule::<FreeFor>(), rule::<Free>()];

/// Requests to reset in an hour that lock.
pub const RESETS_MAX: usize = 5;
/// How long a lock stands, and how long a mailbox that has ended one is kept from the next.
pub const LOCK: i64 = DAY;

/// Sign-ins that were begun and not yet known to be right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AttemptsRecord {
    pub times: Vec<Timestamp>,
}

/// Requests to reset the password, of an account or of none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResetsRecord {
    pub times: Vec<Timestamp>,
    /// Until when the email is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<Timestamp>,
    /// Until when it cannot be locked, since its mailbox has ended a lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<Timestamp>,
}

primary_only!(ResetsRecord, AttemptsRecord);

/// What an attempt may go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempted {
    pub account: Option<AccountId>,
    /// What is left after this attempt; `None` where it was not counted here.
    pub left: Option<Left>,
    /// Whether several attempts to reset have locked the email.
    pub locked: bool,
}

/// Counts a sign-in before its password is looked at, so that the count is exact. Where it comes with the cookie of a
/// browser that the holder says it knows, it is the holder's to count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    pub known_to: Vec<AccountId>,
}

impl Command for Attempt {
    type On = object::Email;
    type Reply = Attempted;
    const NAME: &'static str = "email.attempt";
}

impl Rule for Attempt {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<Attempted, Refusal> {
        context.only_system()?;
        attempt(draft, holder(draft), &self.known_to)
    }
}

/// The holder's password was right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clear {
    pub account: AccountId,
}

impl Command for Clear {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.clear";
}

impl Rule for Clear {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Refusal> {
        context.only_system()?;
        // An account that once claimed the email clears nothing for whoever has it now.
        if is_holder(draft, self.account) {
            clear(draft);
        }
        Ok(())
    }
}

/// Somebody asks for a link to reset the password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reset {
    pub devices: Vec<device::Shown>,
    pub origin: Origin,
}

impl Command for Reset {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.reset";
}

/// The holder's mailbox has been proved: the lock ends, and for a day there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FreeFor {
    pub account: AccountId,
}

impl Command for FreeFor {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.freeFor";
}

impl Rule for FreeFor {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Refusal> {
        context.only_system()?;
        if is_holder(draft, self.account) {
            set_free(draft);
        }
        Ok(())
    }
}

/// The same, as outboxes had it before it named the holder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Free;

impl Command for Free {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.free";
}

impl Rule for Free {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Refusal> {
        context.only_system()?;
        set_free(draft);
        Ok(())
    }
}

/// The account that an unknown email is taken for: always the same one, which does not exist.
pub fn stand_in(hash: &str) -> AccountId {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(hash.bytes()) {
        *slot = byte;
    }
    AccountId::from_random(bytes)
}

impl Reset {
    /// Counts a request, and has the account mail a link, or with the fifth the news of the lock. An
    /// email that nobody has is counted and locked alike, and its stand-in mails nothing.
    pub fn count(&self, draft: &mut Draft<'_>, context: &Context<'_>, hash: &str) -> Result<(), Refusal> {
        context.only_system()?;
        let Self { devices, origin } = self;
        let id = holder(draft).unwrap_or_else(|| stand_in(hash));
        let now = draft.now();
        let mut record = draft.get(&key::resets()).unwrap_or_default();
        record.times.retain(|at| now.since(*at) < HOUR);
        let locked = is_locked(&record, now);
        let is_free = record.free.is_some_and(|until| until > now);
        let email_hash = hash.to_owned();
        if record.times.len() < RESETS_MAX {
            record.times.push(now);
        }
        if locked || record.times.len() < RESETS_MAX {
            let devices = devices.clone();
            draft.call(&id, &password::Request { email_hash, locked, devices, origin: origin.clone() });
        } else if !is_free {
            // A mailbox that is kept from locks is not flooded either.
            let until = now.plus(LOCK);
            record.locked = Some(until);
            draft.call(&id, &password::Locked { email_hash, until, origin: origin.clone() });
        }
        draft.put(&key::resets(), &record);
        draft.set_timer(&Forget, now.plus(LOCK));
        Ok(())
    }
}

fn is_locked(record: &ResetsRecord, now: Timestamp) -> bool {
    record.locked.is_some_and(|until| until > now)
}

fn set_free(draft: &mut Draft<'_>) {
    let until = draft.now().plus(LOCK);
    clear(draft);
    draft.put(&key::resets(), &ResetsRecord { times: vec![], locked: None, free: Some(until) });
    draft.set_timer(&Forget, until);
}

pub(super) fn clear(draft: &mut Draft<'_>) {
    draft.remove(&key::attempts());
}

fn attempt(draft: &mut Draft<'_>, account: Option<AccountId>, known_to: &[AccountId]) -> Result<Attempted, Refusal> {
    let now = draft.now();
    let locked = draft.get(&key::resets()).is_some_and(|record| is_locked(&record, now));
    if account.is_some_and(|account| known_to.contains(&account)) {
        return Ok(Attempted { account, left: None, locked });
    }
    let mut record = draft.get(&key::attempts()).unwrap_or_default();
    let left = PASSWORDS.count(&mut record.times, now)?;
    draft.put(&key::attempts(), &record);
    draft.set_timer(&Forget, now.plus(DAY));
    Ok(Attempted { account, left: Some(left), locked })
}
