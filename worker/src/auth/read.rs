//! What the edge reads and whom it asks. Reads come from the replica in one round trip; misses, and
//! callers who ask for it with `no-cache`, go to the owner. Judges nothing: `access` does.

use crate::{
    error::{Broken, Error},
    layer::Call,
    object::{Answered, Caller, Command, Envelope, Json, ObjectName, Read, from_json, read::Found},
    store::{Key, Record, Row, draft::decode, key, together},
};
use futures_util::future::{LocalBoxFuture, join};
use serde::de::DeserializeOwned;

/// What a handler waits for.
pub(super) type Wait<'c, T> = LocalBoxFuture<'c, Result<T, Error>>;

/// What a handler wants to read along with the check: keys and one list.
#[derive(Debug, Clone, Default)]
pub struct Want {
    keys: Vec<String>,
    list: Option<String>,
}

impl Want {
    #[must_use]
    pub fn key<R: Record>(mut self, key: &Key<R>) -> Self {
        self.keys.push(key.as_str().to_owned());
        self
    }

    #[must_use]
    pub fn list<R: Record>(mut self, prefix: &key::Prefix<R>) -> Self {
        self.list = Some(prefix.as_str().to_owned());
        self
    }

    pub(super) fn lists<R: Record>(&self, prefix: &key::Prefix<R>) -> bool {
        self.list.as_deref() == Some(prefix.as_str())
    }
}

/// Values by key, and rows, wherever they came from.
#[derive(Debug, Default)]
pub struct Got {
    values: Vec<(String, Option<String>)>,
    pub rows: Vec<Row>,
}

impl Got {
    fn value(&self, key: &str) -> Option<&str> {
        // The newest one: what the owner said after the replica.
        self.values.iter().rev().find(|(known, _)| known == key)?.1.as_deref()
    }

    pub fn get<R: Record>(&self, key: &Key<R>) -> Result<Option<R>, Broken> {
        Ok(self.versioned(key)?.map(|(_, record)| record))
    }

    pub fn versioned<R: Record>(&self, key: &Key<R>) -> Result<Option<(u64, R)>, Broken> {
        match self.value(key.as_str()) {
            Some(value) => decode(value).map(Some).map_err(|why| Self::unreadable(key.as_str(), &why)),
            None => Ok(None),
        }
    }

    #[inline(never)]
    fn unreadable(key: &str, why: &str) -> Broken {
        Broken::new(format!("{key}: {why}"))
    }
}

/// Reads from the replica in one round trip, then asks the owners for what is missing there.
pub(super) async fn fetch(call: &Call, want: Want) -> Result<Got, Error> {
    let mut got = Got::default();
    let mut missing = want.keys.clone();
    let mut list = want.list.clone();
    if !call.wants_primary() {
        let rows = async {
            match want.list.clone() {
                Some(prefix) => call.edge.list(prefix).await.map(Some),
                None => Ok(None),
            }
        };
        let (values, listing) = if want.keys.is_empty() {
            (Ok(vec![]), rows.await)
        } else {
            join(call.edge.read(want.keys.clone()), rows).await
        };
        let values = values?;
        missing =
            want.keys.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(key, _)| key.clone()).collect();
        got.values = want.keys.into_iter().zip(values).collect();
        if let Some(listing) = listing?.filter(|listing| listing.complete) {
            got.rows = listing.rows;
            list = None;
        }
    }
    let mut asked: Vec<(ObjectName, Read)> = vec![];
    for name in missing {
        if let Some(owner) = key::owner(&name) {
            add(&mut asked, owner, |read| read.keys.push(name));
        }
    }
    if let Some((owner, prefix)) = list.and_then(|prefix| Some((key::owner(&prefix)?, prefix))) {
        add(&mut asked, owner, |read| read.list = Some(prefix));
    }
    let found = together(asked.into_iter().map(|(owner, read)| async move {
        let found: Found = ask(call, owner, Caller::System, Command::Read(read.clone())).await?;
        Ok::<_, Error>((read, found))
    }));
    for outcome in found.await {
        let (read, found) = outcome?;
        got.values.extend(read.keys.into_iter().zip(found.values));
        if read.list.is_some() {
            got.rows = found.rows;
        }
    }
    Ok(got)
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

/// Sends a command to an object, with what the request says of idempotency and revisions.
pub(super) fn ask<T: DeserializeOwned>(
    call: &Call,
    to: ObjectName,
    caller: Caller,
    command: Command,
) -> impl Future<Output = Result<T, Error>> {
    read(ask_raw(call, to, caller, command))
}

/// The little that differs between types of answers.
pub(super) async fn read<T: DeserializeOwned>(answer: Wait<'_, Json>) -> Result<T, Error> {
    Ok(from_json(&answer.await?)?)
}

/// Boxed, as is what every handler waits for: each handler would else hold its whole state.
pub(super) fn ask_raw(call: &Call, to: ObjectName, caller: Caller, command: Command) -> Wait<'_, Json> {
    Box::pin(async move {
        let (idempotency, if_match) = match command {
            Command::Read(_) => (None, None),
            _ => (call.idempotency()?, call.if_match()?),
        };
        let envelope = Envelope { to: to.clone(), caller, command, origin: call.origin.clone(), idempotency, if_match };
        send(call, to, envelope).await
    })
}

pub(super) fn send(call: &Call, to: ObjectName, envelope: Envelope) -> Wait<'_, Json> {
    Box::pin(async move {
        let answered: Answered = call.edge.call(to, envelope).await?;
        Ok(answered?)
    })
}

/// A command from the edge itself, before or without an actor: counting attempts, claims, sign-ups.
/// Carries no idempotency key and no revision.
pub fn ask_as_system<T: DeserializeOwned>(
    call: &Call,
    to: ObjectName,
    command: Command,
) -> impl Future<Output = Result<T, Error>> {
    read(tell_as_system(call, to, command))
}

fn tell_as_system(call: &Call, to: ObjectName, command: Command) -> Wait<'_, Json> {
    let envelope = Envelope::system(to.clone(), command, call.origin.clone());
    send(call, to, envelope)
}
