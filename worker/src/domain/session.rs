//! Sessions: opening one, vouching for it, proving oneself again, signing out.

use super::{
    Context,
    access::Asked,
    account::AccountRecord,
    deactivation, device,
    password::renew,
    second_factor::{self, Proof},
    security_log, session_life,
    sign_in::{self, Outcome, SignIn},
};
use crate::{
    auth::{
        secret,
        token::{self, CookieToken},
    },
    error::Refusal,
    object::{self, Caller, Command, Handler, Rule, rule, saga},
    store::{Draft, Rank, Record, key, primary_only},
};
use guildhall_shared::{AccountId, SessionId, TeamId, Timestamp, security_log::Happened, timestamp::MINUTE};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<SignIn>(), rule::<Vouch>(), saga::<Reauthenticate>(), rule::<SignOut>(), rule::<Switch>()];

pub use super::session_life::{LIFE, SESSIONS_MAX, SLIDES};

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
    const RANK: Option<Rank> = Some(Rank::Credential);

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
    pub fn check(&self, digest: &str, now: Timestamp) -> Result<(), Refusal> {
        let good = secret::equal(&self.digest, digest) && now < self.end();
        if good { Ok(()) } else { Err(Refusal::nobody()) }
    }
}

/// The browser of a sign-in, by the cookies that it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    pub devices: Vec<device::Shown>,
    /// The session that it has now; the new one takes its place.
    pub replaces: Option<(SessionId, String)>,
}

/// How somebody who is signed in proves again who they are.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Again {
    Password(String),
    Factor(Proof),
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
pub struct Vouched {
    pub account: AccountRecord,
    pub session: SessionRecord,
}

impl Command for SignIn {
    type On = object::Account;
    type Reply = Outcome;
    const NAME: &'static str = "session.signIn";
}

impl Rule for SignIn {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Outcome, Refusal> {
        context.only_system()?;
        sign_in::sign_in(draft, context, id, self)
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Reauthenticate {
    pub by: Again,
}

impl Command for Reauthenticate {
    type On = object::Account;
    type Reply = Rotated;
    const NAME: &'static str = "session.reauthenticate";
}

/// The session behind the call, or 401.
pub fn check(draft: &Draft<'_>, context: &Context<'_>) -> Result<SessionRecord, Refusal> {
    let Caller::Session { account, session, digest } = context.caller else { return Err(Refusal::nobody()) };
    let record = draft.get(&key::session(*account, *session)).ok_or_else(Refusal::nobody)?;
    record.check(digest, draft.now())?;
    draft.notes.asked_for(Asked::Session);
    Ok(record)
}

/// The session behind the call, or 401 where its sign-in is not recent.
pub fn check_recent(draft: &Draft<'_>, context: &Context<'_>) -> Result<SessionRecord, Refusal> {
    let session = check(draft, context)?;
    if draft.now().since(session.proved) > RECENT {
        return Err(Refusal::not_recent());
    }
    draft.notes.asked_for(Asked::Recent);
    Ok(session)
}

/// The session behind the call, or 401 where no second factor was proved in it recently. Adding a factor counts as proving
/// one, and makes no sign-in recent that is not: else a copied cookie would go on with the factor that it has added.
pub fn check_recent_factor(draft: &Draft<'_>, context: &Context<'_>) -> Result<SessionRecord, Refusal> {
    let session = check(draft, context)?;
    let is_recent = |proved| draft.now().since(proved) <= RECENT;
    if !is_recent(session.proved) || !session.factor.is_some_and(is_recent) {
        return Err(Refusal::no_recent_factor());
    }
    draft.notes.asked_for(Asked::Factor);
    Ok(session)
}

/// The session behind a change of what signs in, or 401. Where a second factor is on, the password alone changes nothing.
pub fn check_may_change(
    draft: &Draft<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
) -> Result<SessionRecord, Refusal> {
    if account.has_second_factor() { check_recent_factor(draft, context) } else { check_recent(draft, context) }
}

/// Opens a new session for an account: where every sign-in ends. One that is deactivated gets none.
pub fn open(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    by_factor: bool,
) -> Result<SignedIn, Refusal> {
    deactivation::refuse(account)?;
    let now = draft.now();
    session_life::make_room(draft, account.id);
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
    let (cookie, session) = give_cookie(draft, context, account.id, session);
    Ok(SignedIn { cookie, device: None, account: account.clone(), session })
}

/// Stores a session under a cookie that is made for it.
fn give_cookie(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    account: AccountId,
    mut session: SessionRecord,
) -> (String, SessionRecord) {
    let token = CookieToken { account, session: session.id };
    let made = token::make_cookie(context.installation, token, context.random());
    session.digest = made.digest;
    draft.put(&key::session(account, session.id), &session);
    (made.text, session)
}

/// Turns a session's cookie over, so that a copy of the old one is of no use. The session gets a new
/// id with it: a reader elsewhere then misses the new record, and asks, rather than hold the old one.
pub fn rotate(draft: &mut Draft<'_>, context: &Context<'_>, account: AccountId, session: SessionRecord) -> Rotated {
    let seen = draft.get(&key::session_use(session.id));
    end(draft, account, session.id);
    let session = SessionRecord { id: context.id(), ..session };
    if let Some(seen) = seen {
        draft.put(&key::session_use(session.id), &seen);
    }
    Rotated { cookie: give_cookie(draft, context, account, session).0 }
}

pub fn end(draft: &mut Draft<'_>, account: AccountId, session: SessionId) {
    draft.delete(&key::session(account, session));
    draft.remove(&key::session_use(session));
    draft.remove(&key::session_wrong(session));
}

/// From the edge before a change by cookie: is the session alive, and its sign-in recent?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vouch {
    pub recent: bool,
}

impl Command for Vouch {
    type On = object::Account;
    type Reply = Vouched;
    const NAME: &'static str = "session.vouch";
}

impl Rule for Vouch {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Refusal> {
        let Self { recent } = *self;
        let session = if recent { check_recent(draft, context)? } else { check(draft, context)? };
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        Ok(Vouched { account, session })
    }
}

pub fn reauthenticate(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    by: &Again,
) -> Result<Rotated, Refusal> {
    let mut session = check(draft, context)?;
    match by {
        Again::Password(plain) => {
            sign_in::prove(draft, context, (id, session.id), plain)?;
            renew(draft, context, plain);
            security_log::note(draft, context.origin, Happened::Prove, "");
        }
        Again::Factor(proof) => {
            let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
            let method = second_factor::prove(draft, context, &account, proof, second_factor::as_field)?;
            session.factor = Some(draft.now());
            security_log::note(draft, context.origin, Happened::ProveFactor, method.noun());
        }
    }
    session.proved = draft.now();
    Ok(rotate(draft, context, id, session))
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignOut;

impl Command for SignOut {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "session.signOut";
}

impl Rule for SignOut {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
        let session = check(draft, context)?;
        end(draft, id, session.id);
        security_log::note(draft, context.origin, Happened::SignOut, "");
        Ok(())
    }
}

/// Ends every session but one, and says how many.
pub fn end_others(draft: &mut Draft<'_>, id: AccountId, but: SessionId) -> usize {
    let sessions = draft.scan(&key::sessions(id)).into_iter().filter_map(|(session, _)| session.parse().ok());
    let others: Vec<SessionId> = sessions.filter(|session| *session != but).collect();
    for other in &others {
        end(draft, id, *other);
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
    type On = object::Account;
    type Reply = Vouched;
    const NAME: &'static str = "session.switch";
}

impl Rule for Switch {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Refusal> {
        let Self { team } = *self;
        let mut session = check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        if session.team != team {
            draft.get(&key::link(team)).ok_or_else(Refusal::not_found)?;
            session.team = team;
            draft.put(&key::session(id, session.id), &session);
        }
        Ok(Vouched { account, session })
    }
}

/// Ends every session of the account.
pub fn end_all(draft: &mut Draft<'_>, id: AccountId) {
    for (session, _) in draft.scan(&key::sessions(id)) {
        if let Ok(session) = session.parse() {
            end(draft, id, session);
        }
    }
}
