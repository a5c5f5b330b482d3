//! Sessions: their commands, and the checks that other rules make of one: that it is valid, and how recent the sign-in is.

use crate::{
    access::asked::Asked,
    credentials::token::{self, CookieToken},
    error::Rejection,
    features::{accounts::record::AccountRecord, sessions::record::SessionRecord, sign_in::device},
    object::{call::Caller, class, context::Context},
    store::{Transaction, key},
};
use guildhall_kernel::Command;
use guildhall_shared::{AccountId, SessionId, TeamId, timestamp::MINUTE};
use serde::{Deserialize, Serialize};

/// How long a sign-in counts as recent.
pub const RECENT: i64 = 15 * MINUTE;

/// The browser of a sign-in, by the cookies that it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    pub devices: Vec<device::DeviceCookie>,
    /// The session that it has now; the new one takes its place.
    pub replaces: Option<(SessionId, String)>,
}

/// A session whose cookie was turned over.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Rotated {
    pub cookie: String,
}

/// A session that was opened. Debug would print the cookie, so there is none.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    pub cookie: String,
    /// The cookie of a browser that was not known.
    pub device: Option<String>,
    pub account: AccountRecord,
    pub session: SessionRecord,
}

/// What an account's object says of a session that is alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticated {
    pub account: AccountRecord,
    pub session: SessionRecord,
}

/// The session behind the call, or 401.
pub fn check(tx: &Transaction<'_>, context: &Context<'_>) -> Result<SessionRecord, Rejection> {
    let Caller::Session { account, session, digest } = context.caller else { return Err(Rejection::nobody()) };
    let record = tx.get(&key::session(*account, *session)).ok_or_else(Rejection::nobody)?;
    record.check(digest, tx.now())?;
    tx.notes.asked_for(Asked::Session);
    Ok(record)
}

/// The session behind the call, or 401 where its sign-in is not recent.
pub fn check_recent(tx: &Transaction<'_>, context: &Context<'_>) -> Result<SessionRecord, Rejection> {
    let session = check(tx, context)?;
    if tx.now().since(session.proved) > RECENT {
        return Err(Rejection::not_recent());
    }
    tx.notes.asked_for(Asked::Recent);
    Ok(session)
}

/// The session behind the call, or 401 where no second factor was proved in it recently. Adding a factor counts as proving
/// one, and makes no sign-in recent that is not: else a copied cookie would go on with the factor that it has added.
pub fn check_recent_factor(tx: &Transaction<'_>, context: &Context<'_>) -> Result<SessionRecord, Rejection> {
    let session = check(tx, context)?;
    let is_recent = |proved| tx.now().since(proved) <= RECENT;
    if !is_recent(session.proved) || !session.factor.is_some_and(is_recent) {
        return Err(Rejection::no_recent_factor());
    }
    tx.notes.asked_for(Asked::Factor);
    Ok(session)
}

/// The session behind a change of what signs in, or 401. Where a second factor is on, the password alone changes nothing.
pub fn check_may_change(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
) -> Result<SessionRecord, Rejection> {
    if account.has_second_factor() { check_recent_factor(tx, context) } else { check_recent(tx, context) }
}

/// Stores a session under a cookie that is made for it.
pub fn give_cookie(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: AccountId,
    mut session: SessionRecord,
) -> (String, SessionRecord) {
    let token = CookieToken { account, session: session.id };
    let made = token::make_cookie(context.installation, token, context.random());
    session.digest = made.digest;
    tx.put(&key::session(account, session.id), &session);
    (made.text, session)
}

/// Turns a session's cookie over, so that a copy of the old one is of no use. The session gets a new
/// id with it: a reader elsewhere then misses the new record, and asks, rather than hold the old one.
pub fn rotate(tx: &mut Transaction<'_>, context: &Context<'_>, account: AccountId, session: SessionRecord) -> Rotated {
    let seen = tx.get(&key::session_use(session.id));
    end(tx, account, session.id);
    let session = SessionRecord { id: context.id(), ..session };
    if let Some(seen) = seen {
        tx.put(&key::session_use(session.id), &seen);
    }
    Rotated { cookie: give_cookie(tx, context, account, session).0 }
}

pub fn end(tx: &mut Transaction<'_>, account: AccountId, session: SessionId) {
    tx.delete(&key::session(account, session));
    tx.remove(&key::session_use(session));
    tx.remove(&key::session_wrong(session));
}

/// From the edge before a change by cookie: is the session alive, and its sign-in recent?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authenticate {
    pub recent: bool,
}

impl Command for Authenticate {
    type On = class::Account;
    type Reply = Authenticated;
    const NAME: &'static str = "session.vouch";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignOut;

impl Command for SignOut {
    type On = class::Account;
    type Reply = ();
    const NAME: &'static str = "session.signOut";
}

/// Ends every session but one, and says how many.
pub fn end_others(tx: &mut Transaction<'_>, id: AccountId, but: SessionId) -> usize {
    let sessions = tx.scan(&key::sessions(id)).into_iter().filter_map(|(session, _)| session.parse().ok());
    let others: Vec<SessionId> = sessions.filter(|session| *session != but).collect();
    for other in &others {
        end(tx, id, *other);
    }
    others.len()
}

/// Remembers where `/` leads. The edge has asked the team already, but perhaps its replica; a team
/// without a link is none of the account's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Switch {
    pub team: TeamId,
}

impl Command for Switch {
    type On = class::Account;
    type Reply = Authenticated;
    const NAME: &'static str = "session.switch";
}

/// Ends every session of the account.
pub fn end_all(tx: &mut Transaction<'_>, id: AccountId) {
    for (session, _) in tx.scan(&key::sessions(id)) {
        if let Ok(session) = session.parse() {
            end(tx, id, session);
        }
    }
}
