//! What is stored of sessions, and under which keys.

use crate::{
    credentials::secret,
    error::Rejection,
    store::{Key, Prefix, Priority, Record, primary_only},
};
use guildhall_shared::timestamp::DAY;
use guildhall_shared::{AccountId, SessionId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRecord {
    pub id: SessionId,
    /// SHA-256 of the cookie, which has 128 random bits.
    pub digest: String,
    pub created: Timestamp,
    /// Moved at most daily.
    pub seen: Timestamp,
    /// When the person last proved who they are.
    pub proved: Timestamp,
    /// When they last did so by a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Timestamp>,
    pub expires: Timestamp,
    pub device: String,
    pub place: String,
    pub address: String,
    /// Where `/` leads.
    pub team: TeamId,
}

impl Record for SessionRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Credential);

    fn expires(&self) -> Option<Timestamp> {
        Some(self.end())
    }
}

/// When a session was last used, to the hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionUseRecord {
    pub at: Timestamp,
    pub address: String,
    pub place: String,
}

primary_only!(SessionUseRecord);

impl SessionRecord {
    /// Whether this is the cookie's session, and still good.
    pub fn check(&self, digest: &str, now: Timestamp) -> Result<(), Rejection> {
        let good = secret::equal(&self.digest, digest) && now < self.end();
        if good { Ok(()) } else { Err(Rejection::nobody()) }
    }
}

impl SessionRecord {
    /// When it ends. A record that was written before there was a longest life may say later.
    pub fn end(&self) -> Timestamp {
        self.expires.min(self.created.plus(LIFE_MAX))
    }

    /// When it ends if it is used now.
    pub fn slid(&self, now: Timestamp) -> Timestamp {
        now.plus(LIFE).min(self.created.plus(LIFE_MAX))
    }
}

pub fn session(account: AccountId, id: SessionId) -> Key<SessionRecord> {
    Key::new(format!("account/{account}/session/{id}"))
}

pub fn sessions(account: AccountId) -> Prefix<SessionRecord> {
    Prefix::new(format!("account/{account}/session/"))
}

/// Primary only: to the hour.
pub fn session_use(id: SessionId) -> Key<SessionUseRecord> {
    Key::new(format!("session-use/{id}"))
}

/// Primary only.
pub fn session_uses() -> Prefix<SessionUseRecord> {
    Prefix::new("session-use/".to_owned())
}

/// How long a session lives after it was last seen.
pub const LIFE: i64 = 30 * DAY;

/// How long it lives at most, however often it is used and its cookie turned over.
pub const LIFE_MAX: i64 = 90 * DAY;

/// Sessions of one account: the next one ends the one that was seen longest ago.
pub const SESSIONS_MAX: usize = 50;

/// How old the note of the last use is when a use slides the end.
pub const SLIDES: i64 = DAY;
