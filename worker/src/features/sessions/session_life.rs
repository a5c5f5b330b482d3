//! Opening a session, how long it lives, and how many an account has at once.

use crate::{
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        deactivation,
        sessions::{
            record::{LIFE, SESSIONS_MAX, SLIDES, SessionRecord, SessionUseRecord},
            session::{self, SignedIn, check, end},
        },
    },
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, timestamp::HOUR};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Touch>()];

/// Ends the sessions that have expired, and of the others those seen longest ago, so that there is room for one.
pub fn make_room(tx: &mut Transaction<'_>, id: AccountId) {
    let now = tx.now();
    let standing = tx.scan(&key::sessions(id)).into_iter().map(|(_, session)| session);
    let (alive, over): (Vec<_>, Vec<_>) = standing.partition(|session| session.end() > now);
    let last_seen =
        |session: &SessionRecord| tx.get(&key::session_use(session.id)).map_or(session.seen, |used| used.at);
    let mut alive: Vec<_> = alive.into_iter().map(|session| (last_seen(&session), session)).collect();
    let many = (alive.len() + 1).saturating_sub(SESSIONS_MAX);
    alive.sort_by_key(|(last_seen, session)| (*last_seen, session.created));
    let oldest = alive.into_iter().take(many).map(|(_, session)| session);
    for session in over.into_iter().chain(oldest) {
        end(tx, id, session.id);
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
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let mut session = check(tx, context)?;
        let now = tx.now();
        let used = tx.get(&key::session_use(session.id)).map_or(session.seen, |used| used.at);
        if now.since(used) < HOUR {
            return Ok(());
        }
        let (address, place) = (context.origin.address.clone(), context.origin.place.clone());
        tx.put(&key::session_use(session.id), &SessionUseRecord { at: now, address, place });
        if now.since(session.seen) < SLIDES {
            return Ok(());
        }
        session.seen = now;
        session.expires = session.slid(now);
        tx.put(&key::session(id, session.id), &session);
        if let Some(mut account) = tx.get(&key::account(id))
            && account.last_active != Some(now.day())
        {
            account.last_active = Some(now.day());
            account::save_profile(tx, account);
        }
        Ok(())
    }
}

/// Opens a new session for an account: where every sign-in ends. One that is deactivated gets none.
pub fn open(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    by_factor: bool,
) -> Result<SignedIn, Rejection> {
    deactivation::refuse(account)?;
    let now = tx.now();
    make_room(tx, account.id);
    let session = SessionRecord {
        id: context.id(),
        digest: String::new(),
        created: now,
        seen: now,
        proved: now,
        factor: by_factor.then_some(now),
        expires: now.plus(LIFE),
        device: context.origin.device.clone(),
        place: context.origin.place.clone(),
        address: context.origin.address.clone(),
        team: account.default_team.unwrap_or(account.workspace),
    };
    let (cookie, session) = session::give_cookie(tx, context, account.id, session);
    Ok(SignedIn { cookie, device: None, account: account.clone(), session })
}
