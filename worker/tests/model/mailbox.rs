//! What the objects of emails know: who holds one, how often its password was tried, whether it is
//! locked. The model reads it and says what a request to reset has to make of it.

use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    timestamp::{DAY, HOUR, MINUTE},
};
use guildhall_worker::{
    credentials::secret::Installation,
    object::ObjectName,
    store::{key, memory::World},
};
use std::{collections::BTreeMap, rc::Rc};

/// Wrong passwords in a quarter of an hour, requests to reset in an hour, links that stand at once.
pub const ATTEMPTS: usize = 10;

pub const RESETS: usize = 5;

/// Confirmations, invitations, and invitations of one team that a mailbox takes in a day.
pub const RECIPIENT: usize = 10;

const OF_TEAM: usize = 5;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mailbox {
    /// Whom the email's object has it for, kept or only claimed.
    pub holder: Option<AccountId>,
    /// Attempts at its password that count now.
    pub attempts: usize,
    /// Requests to reset that count now.
    pub resets: usize,
    pub locked: Option<Timestamp>,
    /// Until when it is kept from locks.
    pub free: Option<Timestamp>,
    /// Mails of the last day.
    pub confirmations: usize,
    invitations: usize,
    by_team: BTreeMap<String, usize>,
}

/// What comes of a request to reset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    Link,
    Lock,
    Nothing,
}

/// The object of an email.
pub fn object(email: &str) -> ObjectName {
    ObjectName::Email(Installation::fixed().blind("email", &email.to_lowercase()))
}

impl Mailbox {
    /// What counts at that time.
    pub fn of(world: &Rc<World>, email: &str, now: Timestamp) -> Self {
        world.read(&object(email), |tx| {
            let attempts = tx.get(&key::attempts()).unwrap_or_default();
            let resets = tx.get(&key::resets()).unwrap_or_default();
            let counts: BTreeMap<String, usize> = tx
                .scan(&key::counts())
                .into_iter()
                .map(|(name, count)| (name, count.times.iter().filter(|at| now.since(**at) < DAY).count()))
                .collect();
            let counting = |name: &str| counts.get(name).copied().unwrap_or_default();
            let of_team = |(name, count): (&String, &usize)| {
                Some((name.strip_prefix("invitation-mail-team/")?.to_owned(), *count))
            };
            let by_team = counts.iter().filter_map(of_team).collect();
            Self {
                holder: tx.get(&key::email()).map(|record| record.account),
                attempts: attempts.times.iter().filter(|at| now.since(**at) < 15 * MINUTE).count(),
                resets: resets.times.iter().filter(|at| now.since(**at) < HOUR).count(),
                locked: resets.locked.filter(|until| *until > now),
                free: resets.free.filter(|until| *until > now),
                confirmations: counting("confirmation-mail"),
                invitations: counting("invitation-mail"),
                by_team,
            }
        })
    }

    /// Whether it takes an invitation of this team.
    pub fn takes(&self, team: Option<TeamId>, calls: usize) -> bool {
        let of_team = team.and_then(|team| self.by_team.get(&team.to_string())).copied().unwrap_or_default();
        self.invitations + calls <= RECIPIENT && of_team + calls <= OF_TEAM
    }

    /// As it stands after one more request.
    pub fn asked(&self, now: Timestamp) -> (Self, Outcome) {
        let resets = RESETS.min(self.resets + 1);
        let outcome = match (self.locked, self.free) {
            (Some(_), _) => Outcome::Link,
            _ if resets < RESETS => Outcome::Link,
            (None, Some(_)) => Outcome::Nothing,
            (None, None) => Outcome::Lock,
        };
        let locked = if outcome == Outcome::Lock { Some(now.plus(DAY)) } else { self.locked };
        (Self { resets, locked, ..self.clone() }, outcome)
    }
}
