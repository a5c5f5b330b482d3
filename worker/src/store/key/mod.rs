//! Every key as a function that gives its type. Each has exactly one owner object, after which its
//! file or its heading is named. Keys that start with `~` are the object's own book-keeping.

mod account;
mod team;

pub use account::*;
pub use team::*;

use super::Pending;
use crate::domain::{
    account::MarkRecord,
    budget::CountRecord,
    email::EmailRecord,
    email_attempt::{AttemptsRecord, ResetsRecord},
    idempotency::IdempotencyRecord,
    installation::{InstallationRecord, WalkRecord},
    namespace::{NamespaceClaimRecord, NamespaceRecord, ReservedRecord},
};
use crate::object::ObjectName;
use guildhall_kernel::key as kernel;
pub use guildhall_kernel::key::{NAME, due, dues, is_outbox, stale, stales};
pub use guildhall_kernel::{Key, Prefix};
use guildhall_shared::TeamId;

fn key<R>(text: String) -> Key<R> {
    Key::new(text)
}

fn prefix<R>(text: String) -> Prefix<R> {
    Prefix::new(text)
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

pub fn pending(number: u64) -> Key<Pending> {
    kernel::pending(number)
}

pub fn pendings() -> Prefix<Pending> {
    kernel::pendings()
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
