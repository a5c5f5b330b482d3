//! Sessions: signing in, vouching for a session, proving oneself again, signing out.

use super::{
    Context,
    account::AccountRecord,
    email::{ATTEMPTS_MAX, ATTEMPTS_WINDOW},
};
use crate::{
    auth::{
        password, secret,
        token::{self, CookieToken},
    },
    error::Refusal,
    mail::{Kind, Mail},
    object::Caller,
    store::{Draft, Effect, Rank, Record, key},
};
use guildhall_shared::{
    AccountId, Code, Issue, SessionId, TeamId, Timestamp,
    timestamp::{DAY, MINUTE},
};
use serde::{Deserialize, Serialize};

/// How long a session lives after it was last seen.
pub const LIFE: i64 = 30 * DAY;
/// How long a sign-in counts as recent.
pub const RECENT: i64 = 15 * MINUTE;

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
    pub expires: Timestamp,
    pub device: String,
    pub place: String,
    pub address: String,
    /// Where `/` leads.
    pub team: TeamId,
}

impl Record for SessionRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = Some(Rank::Credential);

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

impl SessionRecord {
    /// Whether this is the cookie's session, and still good.
    pub fn check(&self, digest: &str, now: Timestamp) -> Result<(), Refusal> {
        let good = secret::equal(&self.digest, digest) && now < self.expires;
        if good { Ok(()) } else { Err(Refusal::nobody()) }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// From the edge, after the email's object has counted the attempt.
    SignIn {
        password: String,
        count: usize,
    },
    /// From the edge before a change by cookie: is the session alive, and its sign-in recent?
    Vouch {
        recent: bool,
    },
    Reauthenticate {
        password: String,
    },
    SignOut,
    Switch {
        team: TeamId,
    },
    /// From the edge, at most daily.
    Touch,
}

impl core::fmt::Debug for Command {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::SignIn { .. } => "sign-in",
            Self::Vouch { .. } => "vouch",
            Self::Reauthenticate { .. } => "reauthenticate",
            Self::SignOut => "sign-out",
            Self::Switch { .. } => "switch",
            Self::Touch => "touch",
        })
    }
}

/// A session that was opened. Debug would print the cookie, so there is none.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    pub cookie: String,
    pub account: AccountRecord,
    pub session: SessionRecord,
}

/// What an account's object says of a session that is alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouched {
    pub account: AccountRecord,
    pub session: SessionRecord,
}

/// The session behind the call, or 401.
pub fn check(draft: &Draft<'_>, context: &Context<'_>) -> Result<SessionRecord, Refusal> {
    let Caller::Session { account, session, digest } = context.caller else { return Err(Refusal::nobody()) };
    let record = draft.get(&key::session(*account, *session)).ok_or_else(Refusal::nobody)?;
    record.check(digest, draft.now())?;
    Ok(record)
}

/// The same answer whether the account exists, the password is wrong or the account is locked, and
/// the same work too.
pub fn sign_in(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    plain: &str,
    count: usize,
) -> Result<SignedIn, Refusal> {
    let account = draft.get(&key::account(id));
    let hash = draft.get(&key::password()).map(|record| record.hash);
    let right = password::verify(plain, hash.as_deref());
    match account {
        Some(account) if right => Ok(open(draft, context, &account)),
        account => {
            if let Some(account) = account.filter(|_| count >= ATTEMPTS_MAX) {
                draft.effect(Effect::Mail(Box::new(Mail {
                    to: account.email,
                    site: context.origin.site.clone(),
                    kind: Kind::SignInPaused {
                        until: draft.now().plus(ATTEMPTS_WINDOW),
                        address: context.origin.address.clone(),
                    },
                })));
                draft.keep_on_refusal();
            }
            Err(Refusal::new(
                Code::Unauthorized,
                "Email or password is wrong. If the account is locked, its mail says the way out.",
            ))
        }
    }
}

/// Opens a new session for an account.
pub fn open(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord) -> SignedIn {
    let now = draft.now();
    for (old, _) in draft.scan(&key::sessions(account.id)).into_iter().filter(|(_, session)| session.expires <= now) {
        if let Ok(old) = old.parse() {
            draft.delete(&key::session(account.id, old));
        }
    }
    let id: SessionId = context.id();
    let made =
        token::make_cookie(context.installation, CookieToken { account: account.id, session: id }, context.random());
    let session = SessionRecord {
        id,
        digest: made.digest,
        created: now,
        seen: now,
        proved: now,
        expires: now.plus(LIFE),
        device: context.origin.device.clone(),
        place: context.origin.place.clone(),
        address: context.origin.address.clone(),
        team: account.workspace,
    };
    draft.put(&key::session(account.id, id), &session);
    SignedIn { cookie: made.text, account: account.clone(), session }
}

pub fn vouch(draft: &Draft<'_>, context: &Context<'_>, id: AccountId, recent: bool) -> Result<Vouched, Refusal> {
    let session = check(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
    if recent && draft.now().since(session.proved) > RECENT {
        return Err(Refusal::not_recent());
    }
    Ok(Vouched { account, session })
}

pub fn reauthenticate(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, plain: &str) -> Result<(), Refusal> {
    let mut session = check(draft, context)?;
    let hash = draft.get(&key::password()).map(|record| record.hash);
    if !password::verify(plain, hash.as_deref()) {
        return Err(Issue::new("password: This is not your password.").into());
    }
    session.proved = draft.now();
    draft.put(&key::session(id, session.id), &session);
    Ok(())
}

pub fn sign_out(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
    let session = check(draft, context)?;
    draft.delete(&key::session(id, session.id));
    Ok(())
}

/// Remembers where `/` leads. The edge has asked the team already, but perhaps its replica; a team
/// without a link is none of the account's.
pub fn switch(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, team: TeamId) -> Result<Vouched, Refusal> {
    let mut session = check(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
    if session.team != team {
        draft.get(&key::link(team)).ok_or_else(Refusal::not_found)?;
        session.team = team;
        draft.put(&key::session(id, session.id), &session);
    }
    Ok(Vouched { account, session })
}

/// Slides the session's end and notes the day.
pub fn touch(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
    let mut session = check(draft, context)?;
    let now = draft.now();
    if now.since(session.seen) < DAY {
        return Ok(());
    }
    session.seen = now;
    session.expires = now.plus(LIFE);
    draft.put(&key::session(id, session.id), &session);
    if let Some(mut account) = draft.get(&key::account(id))
        && account.last_active != Some(now.day())
    {
        account.last_active = Some(now.day());
        super::account::save_profile(draft, account);
    }
    Ok(())
}

/// Ends every session of the account.
pub fn end_all(draft: &mut Draft<'_>, id: AccountId) {
    for (session, _) in draft.scan(&key::sessions(id)) {
        if let Ok(session) = session.parse() {
            draft.delete(&key::session(id, session));
        }
    }
}
