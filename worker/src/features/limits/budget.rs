//! Budgets: how often something may be done that costs someone else. This table is the only place where a number
//! stands; `docs/api.md` shows it, and a test compares the two.

use crate::{
    error::Rejection,
    features::limits::record::CountRecord,
    object::left::Left,
    store::{Key, Transaction, key},
};
use guildhall_shared::{
    Timestamp,
    timestamp::{DAY, HOUR, MINUTE, SECOND},
};

/// How often something may be done within a window that slides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// As `RateLimit` headers and the documents call it.
    pub name: &'static str,
    pub most: usize,
    /// In milliseconds.
    pub window: i64,
    /// Who has a budget of their own: `whose` in the documents.
    pub whose: &'static str,
    /// The operations of the API that are refused with 429 once it is used up.
    pub operations: &'static [&'static str],
    /// The message of the rejection; `{}` is when the caller may try again.
    pub sentence: &'static str,
}

const NETWORK: &str = "Too many attempts from your network. Try again {}.";

pub const SIGN_INS: Budget = Budget {
    name: "sign-in",
    most: 100,
    window: 15 * MINUTE,
    whose: "network address",
    operations: &["signIn", "answerChallenge", "signInWithPasskey"],
    sentence: NETWORK,
};

pub const SIGN_UPS: Budget = Budget {
    name: "sign-up",
    most: 30,
    window: HOUR,
    whose: "network address",
    operations: &["signUp"],
    sentence: NETWORK,
};

pub const RESETS: Budget = Budget {
    name: "reset",
    most: 30,
    window: HOUR,
    whose: "network address",
    operations: &["requestPasswordReset"],
    sentence: NETWORK,
};

/// How many times as much a /48 of IPv6 may as one /64 of it.
pub const SITE: usize = 10;

pub const PASSWORDS: Budget = Budget {
    name: "password",
    most: 10,
    window: 15 * MINUTE,
    whose: "email, and each known browser",
    operations: &["signIn"],
    sentence: "Too many attempts. Try again {}, or reset your password.",
};

pub const PROOFS: Budget = Budget {
    name: "proof",
    most: 10,
    window: 15 * MINUTE,
    whose: "session",
    operations: &["reauthenticate"],
    sentence: "Too many attempts. Try again {}.",
};

/// Wrong second factors, of all kinds together. It is no window that slides: the last of them has all wait as long.
pub const FACTORS: Budget = Budget {
    name: "second-factor",
    most: 10,
    window: 15 * MINUTE,
    whose: "account",
    operations: &["answerChallenge", "signInWithPasskey", "reauthenticate", "endTotp"],
    sentence: "Too many wrong codes. Try again {}.",
};

/// The same within a shorter window and a longer one: each by its name, its number and its window.
const fn two(
    whose: &'static str,
    operations: &'static [&'static str],
    sentence: &'static str,
    [short, long]: [(&'static str, usize, i64); 2],
) -> [Budget; 2] {
    [
        Budget { name: short.0, most: short.1, window: short.2, whose, operations, sentence },
        Budget { name: long.0, most: long.1, window: long.2, whose, operations, sentence },
    ]
}

/// Confirmations that someone has sent again.
pub const RESENDS: [Budget; 2] = two(
    "account",
    &["resendConfirmation"],
    "We've sent this email several times. Check your spam folder, or try again {}.",
    [("resend", 5, HOUR), ("resend-day", 10, DAY)],
);

/// Confirmations to one address, whichever account has them sent.
pub const CONFIRMATION_MAILS: Budget = Budget {
    name: "confirmation-mail",
    most: 10,
    window: DAY,
    whose: "recipient",
    operations: &["signUp", "resendConfirmation", "changeEmail"],
    sentence: "This address got many confirmation emails today. Try again {}.",
};

/// New addresses that were asked for, rejected ones too: a rejection reveals that an email has an account.
pub const EMAIL_CHANGES: [Budget; 2] = two(
    "account",
    &["changeEmail"],
    "You've asked for several new addresses. Try again {}.",
    [("email-change", 5, HOUR), ("email-change-day", 10, DAY)],
);

pub const INVITATIONS: Budget = Budget {
    name: "invitation",
    most: 500,
    window: DAY,
    whose: "account",
    operations: &["createInvitations", "resendInvitation"],
    sentence: "You've sent many invitations today. Try again {}.",
};

/// How long an account is new.
pub const NEW: i64 = 7 * DAY;

pub const INVITATIONS_NEW: Budget =
    Budget { name: "invitation-new", most: 100, whose: "account in its first 7 days", ..INVITATIONS };

/// Invitations to one address, whichever team sends them.
pub const INVITATION_MAILS: Budget = Budget {
    name: "invitation-mail",
    most: 10,
    window: DAY,
    whose: "recipient",
    operations: &["createInvitations", "resendInvitation"],
    sentence: "This address got many invitations today. Try again {}.",
};

pub const INVITATION_MAILS_OF_TEAM: Budget =
    Budget { name: "invitation-mail-team", most: 5, whose: "recipient and team", ..INVITATION_MAILS };

pub const TEAMS: [Budget; 2] = two(
    "account",
    &["createTeam"],
    "You've created many teams. Try again {}.",
    [("team", 10, HOUR), ("team-day", 30, DAY)],
);

/// A name that is given up stays reserved for 90 days, so this is how many one can hold on to.
pub const USERNAMES: [Budget; 2] = two(
    "account",
    &["updateAccount"],
    "You've changed your username several times. Try again {}.",
    [("username", 5, DAY), ("username-kept", 20, 90 * DAY)],
);

pub const USERNAMES_UNCONFIRMED: Budget = Budget {
    name: "username-unconfirmed",
    most: 2,
    window: 7 * DAY,
    whose: "account without a confirmed email",
    operations: &["updateAccount"],
    sentence: "You've changed your username several times. Confirm your email address, or try again {}.",
};

pub const NAMESPACES: [Budget; 2] = two(
    "team",
    &["updateTeam"],
    "This team's namespace has changed several times. Try again {}.",
    [("namespace", 5, DAY), ("namespace-kept", 20, 90 * DAY)],
);

/// Owners that reads with `Cache-Control: no-cache` ask; beyond it the replica answers.
pub const PRIMARY_READS: Budget = Budget {
    name: "primary-read",
    most: 600,
    window: MINUTE,
    whose: "API key or session",
    // The replica answers instead.
    operations: &[],
    sentence: "Too many reads with no-cache. Try again {}.",
};

/// Every one of them.
pub const ALL: [Budget; 23] = {
    let [resends, resends_day] = RESENDS;
    let [changes, changes_day] = EMAIL_CHANGES;
    let [teams, teams_day] = TEAMS;
    let [usernames, usernames_kept] = USERNAMES;
    let [namespaces, namespaces_kept] = NAMESPACES;
    [
        SIGN_INS,
        SIGN_UPS,
        RESETS,
        PASSWORDS,
        PROOFS,
        FACTORS,
        resends,
        resends_day,
        CONFIRMATION_MAILS,
        changes,
        changes_day,
        INVITATIONS,
        INVITATIONS_NEW,
        INVITATION_MAILS,
        INVITATION_MAILS_OF_TEAM,
        teams,
        teams_day,
        usernames,
        usernames_kept,
        USERNAMES_UNCONFIRMED,
        namespaces,
        namespaces_kept,
        PRIMARY_READS,
    ]
};

impl Budget {
    /// The times of a record that count.
    pub fn counting(&self, times: &mut Vec<Timestamp>, now: Timestamp) {
        times.retain(|at| now.since(*at) < self.window);
    }

    /// Counts one more, or says when it may be tried again.
    pub fn count(&self, times: &mut Vec<Timestamp>, now: Timestamp) -> Result<Left, Rejection> {
        self.count_many(times, now, 1)
    }

    /// Counts so many more, or none of them.
    pub fn count_many(&self, times: &mut Vec<Timestamp>, now: Timestamp, many: usize) -> Result<Left, Rejection> {
        self.counting(times, now);
        if times.len() + many > self.most {
            return Err(self.rejection(self.left(times, now)));
        }
        times.extend(core::iter::repeat_n(now, many));
        Ok(self.left(times, now))
    }

    /// What is left, of times that count.
    fn left(&self, times: &[Timestamp], now: Timestamp) -> Left {
        // The oldest that stands in the way.
        let first = times.len().checked_sub(self.most).and_then(|at| times.get(at)).or(times.first());
        let wait = first.map_or(self.window, |first| self.window - now.since(*first));
        Left {
            name: self.name.to_owned(),
            most: self.most,
            window: self.window / SECOND,
            left: self.most.saturating_sub(times.len()),
            more_in: seconds(wait),
        }
    }

    /// The rejection of a caller who must wait so many milliseconds.
    pub fn used_up(&self, wait: i64) -> Rejection {
        let Self { name, most, window, .. } = self;
        let window = window / SECOND;
        self.rejection(Left { name: (*name).to_owned(), most: *most, window, left: 0, more_in: seconds(wait) })
    }

    fn rejection(&self, left: Left) -> Rejection {
        let message = self.sentence.replace("{}", &within(left.more_in));
        Rejection::too_many(message, left.more_in * SECOND).limited(left)
    }

    /// Takes the last so many back, for nothing came of them, and says what is left.
    pub fn give_back(&self, tx: &mut Transaction<'_>, place: &Key<CountRecord>, many: usize) -> Left {
        let now = tx.now();
        let mut record = tx.get(place).unwrap_or_default();
        record.times.truncate(record.times.len().saturating_sub(many));
        self.counting(&mut record.times, now);
        tx.put(place, &record);
        self.left(&record.times, now)
    }

    /// Counts one more in a record.
    pub fn spend(&self, tx: &mut Transaction<'_>, place: &Key<CountRecord>) -> Result<Left, Rejection> {
        self.spend_many(tx, place, 1)
    }

    pub fn spend_many(
        &self,
        tx: &mut Transaction<'_>,
        place: &Key<CountRecord>,
        many: usize,
    ) -> Result<Left, Rejection> {
        let now = tx.now();
        let mut record = tx.get(place).unwrap_or_default();
        let left = self.count_many(&mut record.times, now, many)?;
        tx.put(place, &record);
        Ok(left)
    }
}

/// Counts one more in each of these, in the object's own count of it. They are the caller's own, so the answer says what
/// is left.
pub fn spend_all(tx: &mut Transaction<'_>, budgets: &[Budget]) -> Result<(), Rejection> {
    budgets.iter().try_for_each(|budget| {
        let left = budget.spend(tx, &place(budget))?;
        tx.notes.left(left);
        Ok(())
    })
}

/// Whether one more would be refused.
pub fn may_spend(tx: &Transaction<'_>, budgets: &[Budget]) -> Result<(), Rejection> {
    budgets.iter().try_for_each(|budget| {
        let mut times = tx.get(&place(budget)).unwrap_or_default().times;
        budget.count(&mut times, tx.now()).map(drop)
    })
}

/// Takes the last one back, for nothing came of it.
pub fn give_back(tx: &mut Transaction<'_>, budgets: &[Budget]) {
    for budget in budgets {
        budget.give_back(tx, &place(budget), 1);
    }
}

/// Full seconds, rounded up.
const fn seconds(millis: i64) -> i64 {
    (millis + SECOND - 1) / SECOND
}

/// `in 12 minutes`, rounded up.
pub fn within(seconds: i64) -> String {
    let (one, name) = match seconds {
        ..=59 => (1, "second"),
        60..=3_600 => (60, "minute"),
        3_601..=172_800 => (3_600, "hour"),
        _ => (86_400, "day"),
    };
    let count = (seconds.max(1) + one - 1) / one;
    format!("in {count} {name}{}", if count == 1 { "" } else { "s" })
}

/// The key of a count that an account, a team, an email or a network address has of a budget.
pub fn place(budget: &Budget) -> Key<CountRecord> {
    key::count(budget.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_the_largest_unit_that_fits() {
        for (seconds, words) in [
            (0, "in 1 second"),
            (1, "in 1 second"),
            (59, "in 59 seconds"),
            (60, "in 1 minute"),
            (61, "in 2 minutes"),
            (3_600, "in 60 minutes"),
            (3_601, "in 2 hours"),
            (172_800, "in 48 hours"),
            (172_801, "in 3 days"),
        ] {
            assert_eq!(within(seconds), words);
        }
    }

    #[test]
    fn a_budget_counts_to_its_number_and_says_when_more_is_left() {
        let budget = Budget { most: 2, ..PROOFS };
        let mut times = vec![];
        let at = |millis| Timestamp::from_millis(1_000_000 + millis);
        assert_eq!(budget.count(&mut times, at(0)).map(|left| (left.left, left.more_in)).unwrap(), (1, 900));
        assert_eq!(budget.count(&mut times, at(500)).map(|left| (left.left, left.more_in)).unwrap(), (0, 900));
        let rejection = budget.count(&mut times, at(600)).unwrap_err();
        assert_eq!(
            (rejection.retry_after, rejection.message.as_str()),
            (Some(900), "Too many attempts. Try again in 15 minutes.")
        );
        assert_eq!(times.len(), 2);
        assert!(budget.count(&mut times, at(15 * MINUTE)).is_ok());
    }

    #[test]
    fn names_are_unique_and_sentences_say_when() {
        for (at, budget) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(at + 1).all(|other| other.name != budget.name), "{}", budget.name);
            assert!(budget.sentence.contains("{}"), "{}", budget.name);
            assert!(budget.most > 0 && budget.window > 0);
        }
    }
}
