//! How often the password of an email was tried, and the lock that several requests to reset it bring about.

use crate::{
    features::sign_in::{device, record::ResetsRecord},
    object::{self, Command, Origin, left::Left},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, Timestamp, timestamp::DAY};
use serde::{Deserialize, Serialize};

/// Requests to reset in an hour that lock.
pub const RESETS_MAX: usize = 5;

/// How long a lock lasts, and how long a mailbox that has ended one is kept from the next.
pub const LOCK: i64 = DAY;

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

/// Someone asks for a link to reset the password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reset {
    pub devices: Vec<device::DeviceCookie>,
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

/// The same, as outboxes had it before it named the holder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Free;

impl Command for Free {
    type On = object::Email;
    type Reply = ();
    const NAME: &'static str = "email.free";
}

/// The account that an unknown email is taken for: always the same one, which does not exist.
pub fn decoy_account(hash: &str) -> AccountId {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(hash.bytes()) {
        *slot = byte;
    }
    AccountId::from_random(bytes)
}

pub fn is_locked(record: &ResetsRecord, now: Timestamp) -> bool {
    record.locked.is_some_and(|until| until > now)
}

pub fn clear(tx: &mut Transaction<'_>) {
    tx.remove(&key::attempts());
}
