//! Every key as a function that gives its type. Each has exactly one owner object, after which its
//! file or its heading is named. Keys that start with `~` are the object's own book-keeping.

mod account;
mod team;

pub use account::*;
pub use team::*;

use super::draft::{Counters, Dirty, Due, Pending, Rank};
use crate::domain::{
    account::MarkRecord,
    budget::CountRecord,
    email::{AttemptsRecord, EmailRecord, ResetsRecord},
    idempotency::IdempotencyRecord,
    installation::{InstallationRecord, WalkRecord},
    namespace::{NamespaceClaimRecord, NamespaceRecord, ReservedRecord},
};
use crate::object::ObjectName;
use core::marker::PhantomData;
use guildhall_shared::TeamId;

/// The record that tells an object its own name when only the alarm wakes it.
pub const NAME: &str = "~name";

/// The key of a record of the type `R`.
#[derive(Debug, Clone)]
pub struct Key<R>(String, PhantomData<R>);

/// What the keys of a list start with.
#[derive(Debug, Clone)]
pub struct Prefix<R>(String, PhantomData<R>);

impl<R> Key<R> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<R> Prefix<R> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn key<R>(text: String) -> Key<R> {
    Key(text, PhantomData)
}

fn prefix<R>(text: String) -> Prefix<R> {
    Prefix(text, PhantomData)
}

// The email object owns, primary only:

pub fn email() -> Key<EmailRecord> {
    key("email".to_owned())
}

pub fn attempts() -> Key<AttemptsRecord> {
    key("attempts".to_owned())
}

/// Requests to reset a password.
pub fn resets() -> Key<ResetsRecord> {
    key("resets".to_owned())
}

/// That a team has invited it.
pub fn invited(team: TeamId) -> Key<MarkRecord> {
    key(format!("invited/{team}"))
}

pub fn inviteds() -> Prefix<MarkRecord> {
    prefix("invited/".to_owned())
}

// The namespace object owns:

pub fn namespace(name: &str) -> Key<NamespaceRecord> {
    key(format!("namespace/{name}"))
}

/// Primary only.
pub fn namespace_claim() -> Key<NamespaceClaimRecord> {
    key("claim".to_owned())
}

/// Primary only: the name of somebody who was erased.
pub fn reserved() -> Key<ReservedRecord> {
    key("reserved".to_owned())
}

// The installation object owns:

pub fn installation() -> Key<InstallationRecord> {
    key("installation".to_owned())
}

/// Primary only.
pub fn walk() -> Key<WalkRecord> {
    key("walk".to_owned())
}

// Objects that count own, primary only:

/// What counts of a budget.
pub fn count(what: &str) -> Key<CountRecord> {
    key(format!("count/{what}"))
}

pub fn counts() -> Prefix<CountRecord> {
    prefix("count/".to_owned())
}

// Every object owns, primary only:

pub fn idempotency(hash: &str) -> Key<IdempotencyRecord> {
    key(format!("idempotency/{hash}"))
}

pub fn idempotencies() -> Prefix<IdempotencyRecord> {
    prefix("idempotency/".to_owned())
}

pub(super) fn counters() -> Key<Counters> {
    key("~counters".to_owned())
}

/// A row of the outbox; its place in the order is the first thing that differs.
pub fn dirty(rank: Rank, of: &str) -> Key<Dirty> {
    let rank = match rank {
        Rank::Credential => 0,
        Rank::Roster => 1,
        Rank::Rest => 2,
    };
    key(format!("~dirty/{rank}/{of}"))
}

/// Rows of the outbox: a digit for the rank, a slash and the key follow.
pub fn dirties() -> Prefix<Dirty> {
    prefix("~dirty/".to_owned())
}

pub fn pending(number: u64) -> Key<Pending> {
    key(format!("~effect/{number:012}"))
}

pub fn pendings() -> Prefix<Pending> {
    prefix("~effect/".to_owned())
}

/// Whether a key is of a row of the outbox.
pub fn is_outbox(text: &str) -> bool {
    text.starts_with(dirties().as_str()) || text.starts_with(pendings().as_str())
}

pub fn due(what: &str) -> Key<Due> {
    key(format!("~due/{what}"))
}

pub fn dues() -> Prefix<Due> {
    prefix("~due/".to_owned())
}

/// A key given as text, such as the outbox holds it.
pub fn named<R>(text: &str) -> Key<R> {
    key(text.to_owned())
}

/// Whether readers may have what is stored under a key.
pub fn is_replicated(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    matches!(first, "account" | "team" | "user" | "namespace" | "invitee" | "installation")
        && !matches!(Of::read(text), Some(Of::ApiKey(..)))
}

/// Whose a key is, where its text says so.
pub fn owner(text: &str) -> Option<ObjectName> {
    let mut parts = text.split('/');
    let (first, second, third, fourth) = (parts.next()?, parts.next(), parts.next(), parts.next());
    match (first, second, third, fourth) {
        ("team", Some(team), _, _) | ("user", Some(_), Some("team"), Some(team)) => {
            team.parse().ok().map(ObjectName::Team)
        }
        ("account", Some(account), _, _) => account.parse().ok().map(ObjectName::Account),
        ("installation", None, _, _) => Some(ObjectName::Installation),
        ("namespace", Some(name), _, _) => Some(ObjectName::Namespace(name.to_owned())),
        _ => None,
    }
}
