//! Limits per network address: how often something may be tried from one place.

use super::Context;
use crate::{
    error::Refusal,
    store::{Draft, Rank, Record, key},
};
use guildhall_shared::{
    Timestamp,
    timestamp::{HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

/// What the alarm calls it.
pub const DUE: &str = "forget";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Attempt {
    SignUp,
    SignIn,
    Reset,
}

impl Attempt {
    const ALL: [Self; 3] = [Self::SignUp, Self::SignIn, Self::Reset];

    /// How many, in how many milliseconds.
    pub const fn limit(self) -> (usize, i64) {
        match self {
            Self::SignUp | Self::Reset => (30, HOUR),
            Self::SignIn => (100, 15 * MINUTE),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
        }
    }
}

/// The times of the attempts that still count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountRecord {
    pub times: Vec<Timestamp>,
}

impl Record for CountRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

impl CountRecord {
    /// Counts one more, or says how many milliseconds to wait where `most` in a window are reached.
    pub fn add(&mut self, now: Timestamp, most: usize, window: i64) -> Result<(), i64> {
        self.times.retain(|at| now.since(*at) < window);
        if self.times.len() >= most {
            return Err(self.times.first().map_or(window, |first| window - now.since(*first)));
        }
        self.times.push(now);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    Count(Attempt),
}

/// Counts one attempt, or refuses it with the time to wait.
pub fn count(draft: &mut Draft<'_>, _context: &Context<'_>, attempt: Attempt) -> Result<(), Refusal> {
    let (most, window) = attempt.limit();
    let now = draft.now();
    let place = key::count(attempt.name());
    let mut record = draft.get(&place).unwrap_or_default();
    let wait = "Too many attempts from your network. Wait a little, then try again.";
    record.add(now, most, window).map_err(|millis| Refusal::too_many(wait, millis))?;
    draft.put(&place, &record);
    draft.due(DUE, now.plus(window));
    Ok(())
}

/// Forgets what no longer counts.
pub fn forget(draft: &mut Draft<'_>) {
    draft.not_due(DUE);
    let now = draft.now();
    for attempt in Attempt::ALL {
        let place = key::count(attempt.name());
        if let Some(mut record) = draft.get(&place) {
            record.times.retain(|at| now.since(*at) < attempt.limit().1);
            if record.times.is_empty() {
                draft.delete(&place);
            } else {
                draft.put(&place, &record);
                draft.due(DUE, now.plus(attempt.limit().1));
            }
        }
    }
}
