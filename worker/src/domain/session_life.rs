//! How long sessions live, and how many stand at once.

use super::{
    Context, account,
    session::{SessionRecord, SessionUseRecord, check, end},
};
use crate::{
    error::Refusal,
    object::{self, Command, Handler, Rule, rule},
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    timestamp::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Touch>()];

/// How long a session lives after it was last seen.
pub const LIFE: i64 = 30 * DAY;
/// How long it lives at most, however often it is used and its cookie turned over.
pub const LIFE_MAX: i64 = 90 * DAY;
/// Sessions of one account: the next one ends the one that was seen longest ago.
pub const SESSIONS_MAX: usize = 50;
/// How old the note of the last use is when a use slides the end.
pub const SLIDES: i64 = DAY;

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

/// Ends the sessions that have expired, and of the others those seen longest ago, so that there is room for one.
pub fn make_room(draft: &mut Draft<'_>, id: AccountId) {
    let now = draft.now();
    let standing = draft.scan(&key::sessions(id)).into_iter().map(|(_, session)| session);
    let (alive, over): (Vec<_>, Vec<_>) = standing.partition(|session| session.end() > now);
    let last_seen =
        |session: &SessionRecord| draft.get(&key::session_use(session.id)).map_or(session.seen, |used| used.at);
    let mut alive: Vec<_> = alive.into_iter().map(|session| (last_seen(&session), session)).collect();
    let many = (alive.len() + 1).saturating_sub(SESSIONS_MAX);
    alive.sort_by_key(|(last_seen, session)| (*last_seen, session.created));
    let oldest = alive.into_iter().take(many).map(|(_, session)| session);
    for session in over.into_iter().chain(oldest) {
        end(draft, id, session.id);
    }
}

/// From the edge, at most hourly.
/// Notes the hour, in the primary only; once a day slides the session's end and notes the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Touch;

impl Command for Touch {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "session.touch";
}

impl Rule for Touch {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
        let mut session = check(draft, context)?;
        let now = draft.now();
        let used = draft.get(&key::session_use(session.id)).map_or(session.seen, |used| used.at);
        if now.since(used) < HOUR {
            return Ok(());
        }
        let (address, place) = (context.origin.address.clone(), context.origin.place.clone());
        draft.put(&key::session_use(session.id), &SessionUseRecord { at: now, address, place });
        if now.since(session.seen) < SLIDES {
            return Ok(());
        }
        session.seen = now;
        session.expires = session.slid(now);
        draft.put(&key::session(id, session.id), &session);
        if let Some(mut account) = draft.get(&key::account(id))
            && account.last_active != Some(now.day())
        {
            account.last_active = Some(now.day());
            account::save_profile(draft, account);
        }
        Ok(())
    }
}
