//! An email address: which account holds it, how often its password was tried, and the lock that
//! several attempts to reset it bring about. The object is
//! named by a keyed hash, so that an address that nobody has leaves no trace of itself.

use super::{
    Context,
    budget::{self, CONFIRMATION_MAILS, CountRecord, INVITATION_MAILS, INVITATION_MAILS_OF_TEAM, Left, PASSWORDS},
    device, erasure, password,
};
use crate::{
    error::Refusal,
    object::{Command as ObjectCommand, ObjectName, Origin},
    store::{Draft, Effect, Key, key, primary_only},
};
use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    timestamp::{DAY, HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

/// How long a claim stands before the email asks the account.
pub const CLAIM: i64 = 5 * MINUTE;
/// Requests to reset in an hour that lock.
pub const RESETS_MAX: usize = 5;
/// How long a lock stands, and how long a mailbox that has ended one is kept from the next.
pub const LOCK: i64 = DAY;
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

primary_only!(ResetsRecord, EmailRecord, AttemptsRecord);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    Claim {
        account: AccountId,
        /// Whether a confirmation is mailed for it, which the mailbox takes a few times a day.
        is_mailed: bool,
    },
    Keep {
        account: AccountId,
    },
    Release {
        account: AccountId,
    },
    /// Counts a sign-in before its password is looked at, so that the count is exact. Where it comes with the cookie of a
    /// browser that the holder says it knows, it is the holder's to count.
    Attempt {
        known_to: Vec<AccountId>,
    },
    /// The holder's password was right.
    Clear {
        account: AccountId,
    },
    /// Somebody asks for a link to reset the password.
    Reset {
        devices: Vec<device::Shown>,
        origin: Origin,
    },
    /// The holder's mailbox has been proved: the lock ends, and for a day there is none.
    FreeFor {
        account: AccountId,
    },
    /// The same, as outboxes had it before it named the holder.
    Free,
    /// The holder of the mailbox says that it did not ask for the mails to it.
    Denied {
        account: AccountId,
    },
    /// From a team, before it mails an invitation.
    Invite {
        team: TeamId,
    },
    /// From that team: it has not mailed it after all.
    InviteBack {
        team: TeamId,
    },
    /// From a team: it has invited this email. Outboxes had it before teams asked.
    Invited {
        team: TeamId,
    },
    /// From an account that is erased, and holds or once held this email.
    Erase {
        account: AccountId,
    },
}

/// What an attempt may go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempted {
    pub account: Option<AccountId>,
    /// What is left after this attempt; `None` where it was not counted here.
    pub left: Option<Left>,
    /// Whether several attempts to reset have locked the email.
    pub locked: bool,
}

pub fn run(draft: &mut Draft<'_>, context: &Context<'_>, hash: &str, command: &Command) -> Result<Attempted, Refusal> {
    context.only_system()?;
    let now = draft.now();
    let standing = draft.get(&key::email());
    let done = Attempted { account: None, left: None, locked: false };
    let is_holder = |account: &AccountId| standing.as_ref().is_some_and(|email| email.account == *account);
    match command {
        Command::Claim { account, is_mailed } => match standing {
            Some(email) if email.account != *account => {
                Err(Refusal::conflict("This email address has an account. Sign in, or use another address."))
            }
            standing => {
                if *is_mailed {
                    CONFIRMATION_MAILS.spend(draft, &budget::place(&CONFIRMATION_MAILS))?;
                    draft.due(DUE_FORGET, now.plus(LOCK));
                }
                if matches!(standing, Some(EmailRecord { until: None, .. })) {
                    return Ok(done);
                }
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
        Command::Attempt { known_to } => attempt(draft, standing.map(|email| email.account), known_to),
        Command::Clear { account } => {
            // An account that once claimed the email clears nothing for whoever has it now.
            if is_holder(account) {
                clear(draft);
            }
            Ok(done)
        }
        Command::Reset { devices, origin } => {
            let id = standing.map_or_else(|| stand_in(hash), |email| email.account);
            reset(draft, id, hash, devices, origin);
            Ok(done)
        }
        Command::FreeFor { account } => {
            if is_holder(account) {
                set_free(draft);
            }
            Ok(done)
        }
        Command::Free => {
            set_free(draft);
            Ok(done)
        }
        Command::Denied { account } => {
            if is_holder(account) {
                draft.delete(&budget::place(&CONFIRMATION_MAILS));
            }
            Ok(done)
        }
        Command::Invite { team } => {
            INVITATION_MAILS_OF_TEAM.spend(draft, &mails_of_team(*team))?;
            INVITATION_MAILS.spend(draft, &budget::place(&INVITATION_MAILS))?;
            draft.due(DUE_FORGET, now.plus(LOCK));
            // Should its account be erased, the email knows where it was invited to.
            erasure::mark(draft, &key::invited(*team));
            Ok(done)
        }
        Command::InviteBack { team } => {
            INVITATION_MAILS_OF_TEAM.give_back(draft, &mails_of_team(*team), 1);
            INVITATION_MAILS.give_back(draft, &budget::place(&INVITATION_MAILS), 1);
            Ok(done)
        }
        Command::Invited { team } => {
            erasure::mark(draft, &key::invited(*team));
            Ok(done)
        }
        Command::Erase { account } => {
            let other = standing.map(|email| email.account).filter(|other| other != account);
            if other.is_none() {
                erase(draft, hash);
            }
            Ok(Attempted { account: other, ..done })
        }
    }
}

/// Where the invitations of one team are counted.
fn mails_of_team(team: TeamId) -> Key<CountRecord> {
    key::count(&format!("{}/{team}", INVITATION_MAILS_OF_TEAM.name))
}

/// Leaves nothing, and tells the teams that have invited it.
fn erase(draft: &mut Draft<'_>, hash: &str) {
    for (team, _) in draft.scan(&key::inviteds()) {
        if let Ok(team) = team.parse() {
            let erase = ObjectCommand::Team(super::team::Command::EraseEmail { email: hash.to_owned() });
            draft.effect(Effect::Call(ObjectName::Team(team), Box::new(erase)));
        }
    }
    draft.wipe(usize::MAX, "");
}

/// The account that an unknown email is taken for: always the same one, which does not exist.
pub fn stand_in(hash: &str) -> AccountId {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(hash.bytes()) {
        *slot = byte;
    }
    AccountId::from_random(bytes)
}

/// Counts a request, and has the account mail a link, or with the fifth the news of the lock. An
/// email that nobody has is counted and locked alike, and its stand-in mails nothing.
fn reset(draft: &mut Draft<'_>, id: AccountId, hash: &str, devices: &[device::Shown], origin: &Origin) {
    let now = draft.now();
    let mut record = draft.get(&key::resets()).unwrap_or_default();
    record.times.retain(|at| now.since(*at) < HOUR);
    let locked = is_locked(&record, now);
    let is_free = record.free.is_some_and(|until| until > now);
    let email_hash = hash.to_owned();
    if record.times.len() < RESETS_MAX {
        record.times.push(now);
    }
    let command = if locked || record.times.len() < RESETS_MAX {
        let devices = devices.to_vec();
        Some(password::Command::Request { email_hash, locked, devices, origin: origin.clone() })
    } else if is_free {
        // A mailbox that is kept from locks is not flooded either.
        None
    } else {
        let until = now.plus(LOCK);
        record.locked = Some(until);
        Some(password::Command::Locked { email_hash, until, origin: origin.clone() })
    };
    if let Some(command) = command {
        let command = ObjectCommand::Password(Box::new(command));
        draft.effect(Effect::Call(ObjectName::Account(id), Box::new(command)));
    }
    draft.put(&key::resets(), &record);
    draft.due(DUE_FORGET, now.plus(LOCK));
}

fn is_locked(record: &ResetsRecord, now: Timestamp) -> bool {
    record.locked.is_some_and(|until| until > now)
}

fn set_free(draft: &mut Draft<'_>) {
    let until = draft.now().plus(LOCK);
    clear(draft);
    draft.put(&key::resets(), &ResetsRecord { times: vec![], locked: None, free: Some(until) });
    draft.due(DUE_FORGET, until);
}

fn clear(draft: &mut Draft<'_>) {
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
    draft.due(DUE_FORGET, now.plus(DAY));
    Ok(Attempted { account, left: Some(left), locked })
}

pub fn keep(draft: &mut Draft<'_>, account: AccountId) {
    draft.put(&key::email(), &EmailRecord { account, until: None });
    draft.not_due(DUE_LAPSE);
}

pub fn free(draft: &mut Draft<'_>) {
    draft.delete(&key::email());
    draft.not_due(DUE_LAPSE);
}

/// Forgets counters a day after they last moved; what still counts is looked at again.
pub fn forget(draft: &mut Draft<'_>) {
    let now = draft.now();
    draft.not_due(DUE_FORGET);
    clear(draft);
    draft.delete_all(&key::counts());
    if let Some(record) = draft.get(&key::resets()) {
        let until = record.locked.into_iter().chain(record.free).max().filter(|until| *until > now);
        match until {
            Some(until) => draft.due(DUE_FORGET, until),
            None => draft.delete(&key::resets()),
        }
    }
}
