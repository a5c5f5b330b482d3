//! An email address: which account holds it, and how often its password was tried. The object is
//! named by a keyed hash, so that an address that nobody has leaves no trace of itself.

use super::Context;
use crate::{
    error::Refusal,
    store::{Draft, Rank, Record, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    timestamp::{DAY, MINUTE},
};
use serde::{Deserialize, Serialize};

/// How long a claim stands before the email asks the account.
pub const CLAIM: i64 = 5 * MINUTE;
/// Wrong passwords in a window before sign-in waits.
pub const ATTEMPTS_MAX: usize = 10;
pub const ATTEMPTS_WINDOW: i64 = 15 * MINUTE;
/// What the alarm calls them.
pub const DUE_LAPSE: &str = "lapse";
pub const DUE_FORGET: &str = "forget";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailRecord {
    pub account: AccountId,
    /// `None` when kept.
    pub until: Option<Timestamp>,
}

/// Sign-ins that were begun and not yet known to be right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AttemptsRecord {
    pub times: Vec<Timestamp>,
}

impl Record for EmailRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

impl Record for AttemptsRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    Claim {
        account: AccountId,
    },
    Keep {
        account: AccountId,
    },
    Release {
        account: AccountId,
    },
    /// Counts a sign-in before its password is looked at, so that the count is exact.
    Attempt,
    /// The password was right.
    Clear,
}

/// What an attempt may go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempted {
    pub account: Option<AccountId>,
    /// How many attempts count now, this one among them.
    pub count: usize,
}

pub fn run(draft: &mut Draft<'_>, context: &Context<'_>, command: &Command) -> Result<Attempted, Refusal> {
    context.only_system()?;
    let now = draft.now();
    let standing = draft.get(&key::email());
    let done = Attempted { account: None, count: 0 };
    match command {
        Command::Claim { account } => match standing {
            Some(email) if email.account != *account => {
                Err(Refusal::conflict("This email address has an account. Sign in, or use another address."))
            }
            Some(EmailRecord { until: None, .. }) => Ok(done),
            _ => {
                let until = now.plus(CLAIM);
                draft.put(&key::email(), &EmailRecord { account: *account, until: Some(until) });
                draft.due(DUE_LAPSE, until);
                Ok(done)
            }
        },
        Command::Keep { account } => match standing {
            Some(email) if email.account == *account => {
                keep(draft, *account);
                Ok(done)
            }
            _ => Err(Refusal::conflict("This email address has another account.")),
        },
        Command::Release { account } => {
            if standing.is_some_and(|email| email.account == *account) {
                free(draft);
            }
            Ok(done)
        }
        Command::Attempt => attempt(draft, standing.map(|email| email.account)),
        Command::Clear => {
            if draft.get(&key::attempts()).is_some() {
                draft.delete(&key::attempts());
                draft.not_due(DUE_FORGET);
            }
            Ok(done)
        }
    }
}

fn attempt(draft: &mut Draft<'_>, account: Option<AccountId>) -> Result<Attempted, Refusal> {
    let now = draft.now();
    let mut record = draft.get(&key::attempts()).unwrap_or_default();
    record.times.retain(|at| now.since(*at) < ATTEMPTS_WINDOW);
    if record.times.len() >= ATTEMPTS_MAX {
        let wait = record.times.first().map_or(ATTEMPTS_WINDOW, |first| ATTEMPTS_WINDOW - now.since(*first));
        return Err(Refusal::too_many(
            "Too many wrong passwords for this account. Wait a little, then try again.",
            wait,
        ));
    }
    record.times.push(now);
    draft.put(&key::attempts(), &record);
    draft.due(DUE_FORGET, now.plus(DAY));
    Ok(Attempted { account, count: record.times.len() })
}

pub fn keep(draft: &mut Draft<'_>, account: AccountId) {
    draft.put(&key::email(), &EmailRecord { account, until: None });
    draft.not_due(DUE_LAPSE);
}

pub fn free(draft: &mut Draft<'_>) {
    draft.delete(&key::email());
    draft.not_due(DUE_LAPSE);
}

pub fn forget(draft: &mut Draft<'_>) {
    draft.delete(&key::attempts());
    draft.not_due(DUE_FORGET);
}
