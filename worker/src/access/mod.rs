//! Access handles. A handler reaches a team or an account only through one, and gets one only by
//! naming the action.

pub mod actor;
pub mod asked;
pub mod changed;
pub mod memberships;
pub mod policy;
mod read;
pub mod who;

pub use crate::access::read::{ReadSet, Snapshot, ask_as_system};
use crate::{
    access::{
        actor::Credential,
        policy::role_allows,
        read::{Wait, ask, fetch, fetch_from_owner, send},
    },
    credentials::token::{self, KeyToken},
    error::{Error, Rejection},
    features::{
        accounts::record::AccountRecord,
        api_keys::{api_key, record::PassRecord},
        audit::refused,
        members::may,
        sessions::{
            record::{SLIDES, SessionRecord},
            session::{self, Authenticated},
            session_life,
        },
        teams::record::NamespaceRecord,
    },
    http::Call,
    object::{self, Caller, Command, Envelope, IdOf, Reply, class::ObjectCommand, from_json},
    store::{Key, ListQuery, Record, Row, key, list},
};
use guildhall_shared::{
    AccountId, Action, ApiKeyId, Role, TeamId, Timestamp, name::Namespace, page::Page, timestamp::HOUR,
};
use std::{cell::RefCell, collections::HashMap};

/// Leave to read a team, with what was wanted.
pub struct TeamRead {
    pub id: TeamId,
    pub account: AccountId,
    pub role: Role,
    pub snapshot: Snapshot,
}

/// Leave to read: the caller is in the team, and the policy allows the action.
pub async fn read_team(call: &Call, action: Action, want: &dyn Fn(TeamId) -> ReadSet) -> Result<TeamRead, Error> {
    read_team_named(call, call.param("team"), action, want).await
}

/// The record of a namespace; `None` where there can be no such name, so that nobody need be asked.
fn namespace_key(reference: &str) -> Option<Key<NamespaceRecord>> {
    Namespace::parse(reference).ok().map(|name| key::namespace(name.as_str()))
}

/// The same for a team that the body names, by id or namespace.
pub fn read_team_named<'c>(
    call: &'c Call,
    reference: &'c str,
    action: Action,
    want: &'c dyn Fn(TeamId) -> ReadSet,
) -> Wait<'c, TeamRead> {
    Box::pin(async move {
        let by_id: Option<TeamId> = reference.parse().ok();
        match &call.credential {
            Credential::None | Credential::WrongKey => Err(Rejection::nobody().into()),
            Credential::Key(token, digest) => {
                let (snapshot, pass) = fetch_pass(call, *token, digest, want(token.team)).await?;
                if by_id.map_or(pass.team.namespace != reference, |id| id != token.team) {
                    return Err(Rejection::not_found().into());
                }
                let role = pass.member.role;
                let may = pass.key.allows(action).and_then(|()| role_allows(role, action));
                may.inspect_err(|_| note_refused(call, token.team, token.maker, action))?;
                Ok(TeamRead { id: token.team, account: token.maker, role, snapshot })
            }
            Credential::Cookie(token, digest) => {
                let session = key::session(token.account, token.session);
                let (id, early) = if let Some(id) = by_id {
                    (id, None)
                } else {
                    let namespace = namespace_key(reference);
                    let want = namespace.iter().fold(ReadSet::default().key(&session), ReadSet::key);
                    let snapshot = fetch(call, want).await?;
                    check_session(call, snapshot.get(&session)?, &session, digest).await?;
                    let record = namespace.map(|namespace| snapshot.get(&namespace)).transpose()?.flatten();
                    (record.ok_or_else(Rejection::not_found)?.team, Some(()))
                };
                let member = key::member(id, token.account);
                let mut want = want(id).key(&member);
                if early.is_none() {
                    want = want.key(&session);
                }
                let snapshot = fetch(call, want).await?;
                if early.is_none() {
                    check_session(call, snapshot.get(&session)?, &session, digest).await?;
                }
                let role = snapshot.get(&member)?.ok_or_else(Rejection::not_found)?.role;
                role_allows(role, action).inspect_err(|_| note_refused(call, id, token.account, action))?;
                Ok(TeamRead { id, account: token.account, role, snapshot })
            }
        }
    })
}

impl TeamRead {
    /// Asks the team's object for what never leaves the primary; it checks the caller again.
    pub async fn ask<C: Command<On = object::Team>>(&self, call: &Call, command: &C) -> Result<Reply<C::Reply>, Error> {
        let caller = match call.credential.caller() {
            Caller::Session { account, .. } => Caller::Account { account, take_backs: 0 },
            other => other,
        };
        ask(call, &self.id, caller, command).await
    }
}

/// Leave to ask a team's object for a change. The object decides.
pub struct TeamChange {
    id: TeamId,
    caller: Caller,
}

/// How fresh a person's sign-in has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Any,
    Recent,
}

/// A change by cookie has its account's object vouch first; a change by key is judged by the team.
pub fn change_team(call: &Call, action: Action, proof: Proof) -> Wait<'_, TeamChange> {
    Box::pin(async move {
        let reference = call.param("team");
        let by_id: Option<TeamId> = reference.parse().ok();
        match &call.credential {
            Credential::None | Credential::WrongKey => Err(Rejection::nobody().into()),
            Credential::Key(token, _) => {
                if by_id != Some(token.team) {
                    // One round trip says both whether the key is good and whether the team is its own.
                    read_team(call, Action::ReadTeam, &|_| ReadSet::default()).await.map(drop).or_else(own_scope)?;
                }
                if action.scope().is_none() {
                    read_key(call).await?;
                    return Err(Rejection::forbidden("An API key cannot do this. Sign in to the console.").into());
                }
                note_use(call, token.team, token.key);
                Ok(TeamChange { id: token.team, caller: call.credential.caller() })
            }
            Credential::Cookie(token, _) => {
                let recent = proof == Proof::Recent;
                let authenticated = authenticate(call, recent).await?;
                let take_backs = authenticated.account.take_backs;
                let id = if let Some(id) = by_id {
                    id
                } else {
                    let namespace = namespace_key(reference).ok_or_else(Rejection::not_found)?;
                    let snapshot = fetch(call, ReadSet::default().key(&namespace)).await?;
                    snapshot.get(&namespace)?.ok_or_else(Rejection::not_found)?.team
                };
                Ok(TeamChange { id, caller: Caller::Account { account: token.account, take_backs } })
            }
        }
    })
}

/// A key without the read scope may still change its own team; the team's object decides.
fn own_scope(error: Error) -> Result<(), Error> {
    match error {
        Error::Rejection(rejection) if rejection.code == guildhall_shared::Code::Forbidden => Ok(()),
        other => Err(other),
    }
}

impl TeamChange {
    pub fn id(&self) -> TeamId {
        self.id
    }

    /// Asks whether the caller may do this at all, and for nothing else.
    pub async fn check(&self, call: &Call, action: Action) -> Result<(), Error> {
        let command = may::May { action };
        send(call, Envelope::by(self.caller.clone(), &self.id, &command, call.origin.clone())?).await.map(drop)
    }

    pub async fn ask<C: Command<On = object::Team>>(&self, call: &Call, command: &C) -> Result<Reply<C::Reply>, Error> {
        ask(call, &self.id, self.caller.clone(), command).await
    }
}

/// A person's own account, with what was wanted.
pub struct AccountRead {
    pub account: AccountRecord,
    pub revision: u64,
    pub session: SessionRecord,
    pub snapshot: Snapshot,
}

const NO_KEYS: &str = "An API key cannot do this. Sign in to the console.";

/// The token of the cookie; keys are refused.
fn cookie(call: &Call) -> Result<(&token::CookieToken, &str), Error> {
    match &call.credential {
        Credential::None | Credential::WrongKey => Err(Rejection::nobody().into()),
        Credential::Key(..) => Err(Rejection::forbidden(NO_KEYS).into()),
        Credential::Cookie(token, digest) => Ok((token, digest)),
    }
}

pub fn read_account(call: &Call, want: ReadSet) -> Wait<'_, AccountRead> {
    Box::pin(async move {
        let (token, digest) = match cookie(call) {
            Err(Error::Rejection(rejection)) if rejection.code == guildhall_shared::Code::Forbidden => {
                // A key that is wrong is nobody; one that is right is told why not.
                read_key(call).await?;
                return Err(Error::Rejection(rejection));
            }
            other => other?,
        };
        let (session, account) = (key::session(token.account, token.session), key::account(token.account));
        let snapshot = fetch(call, want.key(&session).key(&account)).await?;
        let session = check_session(call, snapshot.get(&session)?, &session, digest).await?;
        let (revision, account) = snapshot.versioned(&account)?.ok_or_else(Rejection::nobody)?;
        Ok(AccountRead { account, revision, session, snapshot })
    })
}

/// Sends a command to the caller's own account object, which checks the session itself.
pub async fn change_account<C>(call: &Call, command: &C) -> Result<Reply<C::Reply>, Error>
where
    C: Command<On = object::Account>,
{
    refuse_key(call).await?;
    let (token, _) = cookie(call)?;
    ask(call, &token.account, call.credential.caller(), command).await
}

/// A key that is wrong is nobody; one that is right is told why not.
async fn refuse_key(call: &Call) -> Result<(), Error> {
    if matches!(call.credential, Credential::Key(..)) {
        read_key(call).await?;
        return Err(Rejection::forbidden(NO_KEYS).into());
    }
    Ok(())
}

/// Has the account's object say that the session is alive, and the sign-in recent enough.
pub fn authenticate(call: &Call, recent: bool) -> Wait<'_, Authenticated> {
    Box::pin(async move {
        let (token, _) = cookie(call)?;
        let command = session::Authenticate { recent };
        let envelope = Envelope::by(call.credential.caller(), &token.account, &command, call.origin.clone())?;
        let authenticated: Authenticated = from_json(&send(call, envelope).await?)?;
        note_session(call, &authenticated.session);
        call.authenticated.set(Some(recent || call.authenticated.get() == Some(true)));
        Ok(authenticated)
    })
}

/// The same for calls whose body comes after: a key that is right is told why not.
pub fn authenticate_or_refuse_key(call: &Call) -> Wait<'_, Authenticated> {
    Box::pin(async move {
        refuse_key(call).await?;
        authenticate(call, false).await
    })
}

/// The same for calls that want a recent sign-in.
pub fn authenticate_recent_or_refuse_key(call: &Call) -> Wait<'_, Authenticated> {
    Box::pin(async move {
        refuse_key(call).await?;
        authenticate(call, true).await
    })
}

/// Ends the session that the browser had, which the answer takes the cookie of.
pub fn sign_out_later(call: &Call) {
    if let Credential::Cookie(token, _) = &call.credential {
        later(call, &token.account, call.credential.caller(), &session::SignOut);
    }
}

/// The records behind a key, or 401.
pub fn read_key(call: &Call) -> Wait<'_, PassRecord> {
    Box::pin(async move {
        let Credential::Key(token, digest) = &call.credential else { return Err(Rejection::nobody().into()) };
        Ok(fetch_pass(call, *token, digest, ReadSet::default()).await?.1)
    })
}

/// What was wanted, and the records behind a key that is good.
fn fetch_pass<'c>(call: &'c Call, token: KeyToken, digest: &'c str, want: ReadSet) -> Wait<'c, (Snapshot, PassRecord)> {
    Box::pin(async move {
        let place = key::pass(token.team, token.key);
        let snapshot = fetch(call, want.key(&place)).await?;
        let pass = snapshot.get(&place)?.ok_or_else(Rejection::nobody)?;
        pass.key.check(token.maker, digest, call.edge.now())?;
        note_use(call, token.team, token.key);
        Ok((snapshot, pass))
    })
}

/// What a list is asked for: its page, where that can be read, and the facet. Who may not read the list hears so before
/// hearing that the page makes no sense.
pub fn query(asked: Option<&(Page, Option<String>)>) -> ListQuery {
    match asked {
        Some((page, facet)) => list::query(page, facet.as_deref()),
        None => list::query(&Page::default(), None),
    }
}

/// A list that is no team's and no account's own, such as invitations to an email.
pub async fn read_list<R: Record>(call: &Call, prefix: &key::Prefix<R>) -> Result<Vec<Row>, Error> {
    Ok(call.edge.list(prefix.as_str().to_owned()).await?.rows)
}

/// The session of the call, or 401. One that the replica has as expired may have been used a moment ago, which its
/// owner knows; past its last end nobody is asked.
async fn check_session(
    call: &Call,
    session: Option<SessionRecord>,
    place: &Key<SessionRecord>,
    digest: &str,
) -> Result<SessionRecord, Error> {
    let mut session = session.ok_or_else(Rejection::nobody)?;
    let now = call.edge.now();
    if session.end() <= now && session.slid(now) > now {
        session =
            fetch_from_owner(call, ReadSet::default().key(place)).await?.get(place)?.ok_or_else(Rejection::nobody)?;
    }
    session.check(digest, now)?;
    note_session(call, &session);
    Ok(session)
}

/// Notes the use of a session, at most hourly. Once a day that slides its end, and the cookie's with it.
fn note_session(call: &Call, session: &SessionRecord) {
    let now = call.edge.now();
    let Credential::Cookie(token, _) = &call.credential else { return };
    if now.since(session.seen) >= SLIDES {
        call.slid.set(Some(session.slid(now)));
    }
    if now.since(session.seen) >= HOUR && is_news(call, token.session.as_str()) {
        later(call, &token.account, call.credential.caller(), &session_life::Touch);
    }
}

thread_local! {
    /// The hour in which this isolate last noted the use of a credential.
    static USED: RefCell<HashMap<String, Timestamp>> = RefCell::default();
}

/// Credentials remembered at once.
const USED_MAX: usize = 10_000;

/// Whether this is the credential's first use in this hour, as far as this isolate knows.
fn is_news(call: &Call, id: &str) -> bool {
    let now = call.edge.now();
    let hour = now.plus(-now.millis().rem_euclid(HOUR));
    USED.with_borrow_mut(|used| {
        if used.len() >= USED_MAX && !used.contains_key(id) {
            used.clear();
        }
        used.insert(id.to_owned(), hour) != Some(hour)
    })
}

/// Notes the use of a key, at most hourly.
fn note_use(call: &Call, team: TeamId, id: ApiKeyId) {
    if is_news(call, id.as_str()) {
        later(call, &team, call.credential.caller(), &api_key::Used);
    }
}

/// Has the team count what a member may not read.
fn note_refused(call: &Call, team: TeamId, account: AccountId, action: Action) {
    let command = refused::CountRefusal { account, action };
    later(call, &team, Caller::System, &command);
}

/// Tells an object something after the answer. What it says is not waited for.
fn later<C>(call: &Call, to: &IdOf<C>, caller: Caller, command: &C)
where
    C: ObjectCommand,
{
    let envelope = Envelope::by(caller, to, command, call.origin.clone());
    let edge = std::rc::Rc::clone(&call.edge);
    let request_id = call.origin.request_id.clone();
    call.edge.spawn(Box::pin(async move {
        let sent = async { edge.call(envelope?).await };
        if let Err(error) = sent.await {
            crate::error::log(&request_id, &error);
        }
    }));
}
