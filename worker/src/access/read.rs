//! What the edge reads and whom it asks. Reads come from the replica in one round trip; misses, callers who ask for
//! it with `no-cache`, and those who have just changed something go to the owner. Judges nothing: `access` does.

use crate::{
    error::{Error, InternalError},
    features::{limits::budget::PRIMARY_READS, members::record::Roster},
    http::Call,
    object::{
        Ask, Caller, Envelope, Found, IdOf, Json, ObjectName, Read, ReadList, Replied, Reply, class::ObjectCommand,
        from_json,
    },
    store::{Key, ListQuery, Listing, Record, Row, decode, key, list},
};
use futures_util::future::{LocalBoxFuture, join, join_all};
use guildhall_shared::{TeamId, Timestamp};
use http::Method;
use std::{cell::RefCell, collections::HashMap};

/// What a handler waits for.
pub(super) type Wait<'c, T> = LocalBoxFuture<'c, Result<T, Error>>;

/// What a handler wants to read along with the check: keys and one list.
#[derive(Debug, Clone, Default)]
pub struct ReadSet {
    keys: Vec<String>,
    list: Option<ReadList>,
    /// Where the replica has the list as one value.
    roster: Option<String>,
}

impl ReadSet {
    #[must_use]
    pub fn key<R: Record>(mut self, key: &Key<R>) -> Self {
        self.keys.push(key.as_str().to_owned());
        self
    }

    /// All rows of a list.
    #[must_use]
    pub fn list<R: Record>(mut self, prefix: &key::Prefix<R>) -> Self {
        self.list = Some(ReadList::whole(prefix.as_str()));
        self
    }

    /// A page of a list that the primary has an index of.
    #[must_use]
    pub fn page<R: Record>(mut self, prefix: &key::Prefix<R>, query: ListQuery) -> Self {
        self.list = Some(ReadList { prefix: prefix.as_str().to_owned(), page: Some(query) });
        self
    }

    /// A page of a team's members.
    #[must_use]
    pub fn members(mut self, team: TeamId, query: ListQuery) -> Self {
        self.roster = Some(key::roster(team).as_str().to_owned());
        self.page(&key::members(team), query)
    }
}

/// Values by key, and rows, wherever they came from.
#[derive(Debug, Default)]
pub struct Snapshot {
    values: Vec<(String, Option<String>)>,
    pub rows: Vec<Row>,
}

impl Snapshot {
    fn value(&self, key: &str) -> Option<&str> {
        // The newest one: what the owner said after the replica.
        self.values.iter().rev().find(|(known, _)| known == key)?.1.as_deref()
    }

    pub fn get<R: Record>(&self, key: &Key<R>) -> Result<Option<R>, InternalError> {
        Ok(self.versioned(key)?.map(|(_, record)| record))
    }

    pub fn versioned<R: Record>(&self, key: &Key<R>) -> Result<Option<(u64, R)>, InternalError> {
        match self.value(key.as_str()) {
            Some(value) => decode(value).map(Some).map_err(|why| Self::unreadable(key.as_str(), &why)),
            None => Ok(None),
        }
    }

    fn unreadable(key: &str, why: &str) -> InternalError {
        InternalError::new(format!("{key}: {why}"))
    }
}

/// Reads from the replica in one round trip, then asks the owners for what is missing there.
pub(super) async fn fetch(call: &Call, want: ReadSet) -> Result<Snapshot, Error> {
    let ReadSet { keys, list: mut wanted, roster } = want;
    let mut snapshot = Snapshot::default();
    let mut missing = keys;
    let prefix = wanted.as_ref().map(|list| list.prefix.clone());
    let asks_owners = call.has_changed() || call.says_no_cache() && may_ask_owners(call, &missing, prefix.as_deref());
    if !asks_owners {
        let mut keys = missing.clone();
        keys.extend(roster.clone());
        let listed = prefix.filter(|_| roster.is_none());
        let rows = async {
            match listed {
                Some(prefix) => call.edge.list(prefix).await.map(Some),
                None => Ok(None),
            }
        };
        let (values, listing) =
            if keys.is_empty() { (Ok(vec![]), rows.await) } else { join(call.edge.read(keys), rows).await };
        let mut values = values?;
        let mut listing = listing?;
        if roster.is_some()
            && let Some(value) = values.pop().flatten()
        {
            let Roster { rows, complete } =
                Roster::read(&value).map_err(|why| Snapshot::unreadable("a roster", &why))?;
            let begins = wanted.as_ref().and_then(|list| list.page.as_ref()).is_some_and(ListQuery::begins_newest);
            listing = Some(Listing { rows, complete: complete || begins });
        }
        if let Some(Listing { rows, complete: true }) = listing
            && let Some(ReadList { prefix, page }) = wanted.take()
        {
            snapshot.rows = match page {
                Some(query) => list::select(&prefix, rows, &query),
                None => rows,
            };
        }
        snapshot.values = missing.into_iter().zip(values).collect();
        missing = snapshot.values.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key.clone()).collect();
    }
    ask_owners(call, &mut snapshot, missing, wanted).await?;
    Ok(snapshot)
}

/// The same from the primary, whatever the replica has.
pub(super) async fn fetch_from_owner(call: &Call, want: ReadSet) -> Result<Snapshot, Error> {
    let mut snapshot = Snapshot::default();
    ask_owners(call, &mut snapshot, want.keys, want.list).await?;
    Ok(snapshot)
}

/// Asks the owners of keys and of a list, each once.
async fn ask_owners(
    call: &Call,
    snapshot: &mut Snapshot,
    missing: Vec<String>,
    list: Option<ReadList>,
) -> Result<(), Error> {
    let mut asked: Vec<(ObjectName, Read)> = vec![];
    for name in missing {
        if let Some(owner) = key::owner(&name) {
            add(&mut asked, owner, |read| read.keys.push(name));
        }
    }
    if let Some((owner, list)) = list.and_then(|list| Some((key::owner(&list.prefix)?, list))) {
        add(&mut asked, owner, |read| read.list = Some(list));
    }
    let found = join_all(asked.into_iter().map(|(owner, read)| async move {
        let found = ask_to_read(call, owner, read.clone()).await?;
        Ok::<_, Error>((read, found))
    }));
    for outcome in found.await {
        let (read, found) = outcome?;
        snapshot.values.extend(read.keys.into_iter().zip(found.values));
        if read.list.is_some() {
            snapshot.rows = found.rows;
        }
    }
    Ok(())
}

thread_local! {
    /// Owners that each caller has had this isolate ask of late.
    static ASKED: RefCell<HashMap<String, Vec<Timestamp>>> = RefCell::default();
}

/// Callers remembered at once.
const ASKED_MAX: usize = 1_000;

/// Whether a caller may wake the owners of all of these: that costs more than the replica does. It is a bound on what one
/// caller costs, not a promise, so it is counted here and written nowhere.
fn may_ask_owners(call: &Call, keys: &[String], list: Option<&str>) -> bool {
    let mut owners: Vec<ObjectName> = keys.iter().map(String::as_str).chain(list).filter_map(key::owner).collect();
    owners.sort();
    owners.dedup();
    ASKED.with_borrow_mut(|asked| {
        let caller = call.credential.name();
        if asked.len() >= ASKED_MAX && !asked.contains_key(&caller) {
            asked.clear();
        }
        let times = asked.entry(caller).or_default();
        match PRIMARY_READS.count_many(times, call.edge.now(), owners.len()) {
            Ok(left) => {
                call.note_limit(left);
                true
            }
            Err(rejection) => {
                if let Some(left) = rejection.limit.clone() {
                    call.note_limit(left);
                }
                false
            }
        }
    })
}

/// Adds to what one owner is asked for.
fn add(asked: &mut Vec<(ObjectName, Read)>, owner: ObjectName, add: impl FnOnce(&mut Read)) {
    if let Some((_, read)) = asked.iter_mut().find(|(known, _)| *known == owner) {
        add(read);
    } else {
        let mut read = Read::default();
        add(&mut read);
        asked.push((owner, read));
    }
}

/// Reads from an object what it alone has, or has newer than the replica.
pub(super) async fn ask_to_read(call: &Call, of: ObjectName, read: Read) -> Result<Found, Error> {
    let envelope = Envelope::new(Caller::System, of, Ask::Read(read), call.origin.clone());
    Ok(from_json(&send(call, envelope).await?)?)
}

/// Sends a command to an object, with what the request says of idempotency and revisions.
pub(super) async fn ask<C>(call: &Call, to: &IdOf<C>, caller: Caller, command: &C) -> Result<Reply<C::Reply>, Error>
where
    C: ObjectCommand,
{
    let plain = Envelope::by(caller, to, command, call.origin.clone())?;
    let (idempotency, if_match) = (call.idempotency()?, call.if_match()?);
    Ok(Reply::new(tell(call, Envelope { idempotency, if_match, ..plain }).await?))
}

/// Sends what may be a change, and notes it as one of the caller's. Boxed, as is what every handler waits for: each handler
/// would else hold its whole state.
fn tell(call: &Call, envelope: Envelope) -> Wait<'_, Json> {
    Box::pin(async move {
        let is_change = call.method != Method::GET;
        let answer = send(call, envelope).await;
        // Where the answer was lost, nobody knows whether the change was made.
        if is_change && !matches!(answer, Err(Error::Rejection(_))) {
            call.note_change();
        }
        answer
    })
}

pub(super) fn send(call: &Call, envelope: Envelope) -> Wait<'_, Json> {
    Box::pin(async move {
        call.seen.count_object();
        let Replied { answer, replayed, aside: limits } = call.edge.call(envelope).await?;
        if replayed {
            call.replayed.set(true);
        }
        let answer = answer?;
        for left in limits {
            call.note_limit(left);
        }
        Ok(answer)
    })
}

/// A command from the edge itself, before or without an actor: counting attempts, claims, sign-ups.
/// Carries no idempotency key and no revision.
pub async fn ask_as_system<C>(call: &Call, to: &IdOf<C>, command: &C) -> Result<Reply<C::Reply>, Error>
where
    C: ObjectCommand,
{
    let envelope = Envelope::system(to, command, call.origin.clone())?;
    Ok(Reply::new(tell(call, envelope).await?))
}
