//! The audit log of a team: a chain of lines by hash, so that a cut or an edit shows.
//!
//! A line holds ids and the digest of its side: names, addresses and what changed stand in the side,
//! under a salt, where erasure can empty them without breaking the chain.

pub mod feature;
pub mod http;
pub mod record;
pub mod refused;
pub mod refused_rules;
pub mod rules;
#[cfg(feature = "dev")]
pub mod seed;

use crate::{
    access::asked::Permit,
    features::audit::record::{AuditHeadRecord, AuditLineRecord, AuditSideRecord},
    object::context::Context,
    store::{Transaction, key},
};
use data_encoding::HEXLOWER;

/// What the first line names as the one before.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The actor of what the platform did by itself.
pub const SYSTEM: &str = "system";

/// What stands for a person whose data is gone.
pub const ERASED: &str = "erased";

/// What happened, for one line.
pub struct Event<'a> {
    pub action: &'a str,
    pub target: &'a str,
    pub target_name: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

impl<'a> Event<'a> {
    pub fn of(action: &'a str, target: &'a str, target_name: &'a str) -> Self {
        Self { action, target, target_name, before: "", after: "" }
    }

    #[must_use]
    pub fn change(self, before: &'a str, after: &'a str) -> Self {
        Self { before, after, ..self }
    }
}

/// Adds a line by the one who was permitted.
pub fn record(tx: &mut Transaction<'_>, context: &Context<'_>, permit: &Permit, event: &Event<'_>) {
    let key = permit.key.map(|key| key.to_string()).unwrap_or_default();
    append(tx, context, &permit.account.to_string(), &permit.member.profile.shown_name(), &key, event);
}

/// Adds a line by the platform itself.
pub fn by_platform(tx: &mut Transaction<'_>, context: &Context<'_>, event: &Event<'_>) {
    record_as(tx, context, SYSTEM, "Guildhall", event);
}

/// Adds a line by an account that is not (yet, or any more) a member, or by the platform.
pub fn record_as(tx: &mut Transaction<'_>, context: &Context<'_>, actor: &str, actor_name: &str, event: &Event<'_>) {
    append(tx, context, actor, actor_name, "", event);
}

fn append(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    actor: &str,
    actor_name: &str,
    api_key: &str,
    event: &Event<'_>,
) {
    let head = tx.get(&key::audit_head()).unwrap_or(AuditHeadRecord { number: 0, hash: GENESIS.to_owned() });
    let side = AuditSideRecord {
        salt: HEXLOWER.encode(&context.random::<16>()),
        actor_name: actor_name.to_owned(),
        target_name: event.target_name.to_owned(),
        // What a person did stays theirs where another object carries it here in the platform's name.
        address: if actor == SYSTEM { String::new() } else { context.origin.address.clone() },
        before: event.before.to_owned(),
        after: event.after.to_owned(),
        erased: false,
    };
    let line = AuditLineRecord {
        number: head.number + 1,
        at: tx.now(),
        action: event.action.to_owned(),
        actor: actor.to_owned(),
        api_key: api_key.to_owned(),
        target: event.target.to_owned(),
        side: side.digest(),
        previous: head.hash,
    };
    tx.put(&key::audit_head(), &AuditHeadRecord { number: line.number, hash: line.hash() });
    tx.put(&key::audit_side(line.number), &side);
    tx.put(&key::audit_line(line.number), &line);
}

/// Checks the whole chain: every line names the hash of the one before, every side that stands
/// matches its line, and the head is the last line.
pub fn verify(tx: &Transaction<'_>) -> Result<u64, String> {
    let mut previous = GENESIS.to_owned();
    let head = tx.get(&key::audit_head());
    let last = head.as_ref().map_or(0, |head| head.number);
    for number in 1..=last {
        let line = tx.get(&key::audit_line(number)).ok_or(format!("line {number} is missing"))?;
        if line.number != number || line.previous != previous {
            return Err(format!("line {number} does not follow the one before"));
        }
        let side = tx.get(&key::audit_side(number)).ok_or(format!("the side of line {number} is missing"))?;
        if !side.erased && side.digest() != line.side {
            return Err(format!("the side of line {number} was changed"));
        }
        previous = line.hash();
    }
    match head {
        Some(head) if head.hash != previous => Err("the head is not the last line".to_owned()),
        _ => Ok(last),
    }
}
