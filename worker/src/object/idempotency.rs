//! Repeated calls: an `Idempotency-Key` is kept for 24 hours with the answer it got, less what is
//! shown once, and with what was asked of the caller. The same body gets that answer from whoever still may, another
//! body is refused. What turns a session's cookie over is done again: the answer is worth nothing without the cookie.

use crate::{
    access::asked::Asked,
    error::Rejection,
    json::Json,
    object::{call::Idempotency, idempotency_record::IdempotencyRecord, reply::CommandResult},
    store::{Transaction, key},
};
use guildhall_shared::{Timestamp, timestamp::DAY};

/// What the alarm calls it.
pub const DUE: &str = "idempotency";

const LIFE: i64 = DAY;

/// Fields of an answer that are shown once.
const ONCE: [&str; 4] = ["key", "secret", "uri", "recoveryCodes"];

/// What an answer has that is not kept.
const COOKIE: &str = "cookie";

/// What is known of a call that is repeated, and what was asked of the first caller.
pub struct Known {
    pub answer: CommandResult,
    pub asked: Vec<Asked>,
}

/// The answer that a repeated call gets, if it is one.
pub fn known(tx: &Transaction<'_>, call: &Idempotency) -> Option<Known> {
    let record = tx.get(&key::idempotency(&call.key)).filter(|record| record.expires > tx.now())?;
    let asked = record.asked.clone().unwrap_or_default();
    let answer = match record {
        IdempotencyRecord { asked: None, .. } => {
            Err(Rejection::conflict("This Idempotency-Key was used before an update of the server. Use a new key."))
        }
        record if record.body != call.body => {
            Err(Rejection::conflict("This Idempotency-Key was used with another body. Use a new key for a new call."))
        }
        IdempotencyRecord { reply: Some(reply), .. } => Ok(reply),
        _ => Err(Rejection::conflict(
            "The first call with this Idempotency-Key is still at work. Try again in a moment.",
        )),
    };
    Some(Known { answer, asked })
}

/// Notes that a call is at work that takes more than one commit.
pub fn begin(tx: &mut Transaction<'_>, call: &Idempotency) {
    // A call that dies half-way must not block its repetition for a day.
    let expires = tx.now().plus(2 * guildhall_shared::timestamp::MINUTE);
    let asked = Some(asked(tx, call));
    tx.put(&key::idempotency(&call.key), &IdempotencyRecord { body: call.body.clone(), reply: None, expires, asked });
    forget_at(tx, expires);
}

/// Forgets a call that was refused after it had begun.
pub fn drop_begun(tx: &mut Transaction<'_>, call: &Idempotency) {
    let place = key::idempotency(&call.key);
    if tx.get(&place).is_some_and(|record| record.reply.is_none() && record.body == call.body) {
        tx.delete(&place);
    }
}

/// What this commit has asked of the caller, and the ones before it of the same call.
pub fn asked(tx: &Transaction<'_>, call: &Idempotency) -> Vec<Asked> {
    let begun = tx.get(&key::idempotency(&call.key)).filter(|record| record.body == call.body);
    let mut asked = begun.and_then(|record| record.asked).unwrap_or_default();
    asked.extend(tx.notes.asked());
    asked.dedup();
    asked
}

pub fn keep(tx: &mut Transaction<'_>, call: &Idempotency, reply: &Json) {
    if reply.has(COOKIE) {
        return;
    }
    let expires = tx.now().plus(LIFE);
    let asked = Some(asked(tx, call));
    let record = IdempotencyRecord { body: call.body.clone(), reply: Some(reply.without(&ONCE)), expires, asked };
    tx.put(&key::idempotency(&call.key), &record);
    forget_at(tx, expires);
}

fn forget_at(tx: &mut Transaction<'_>, expires: Timestamp) {
    if tx.raw(key::due(DUE).as_str()).is_none() {
        tx.schedule(DUE, expires);
    }
}

/// Deletes what has expired.
pub fn forget(tx: &mut Transaction<'_>) {
    tx.cancel(DUE);
    let now = tx.now();
    let mut next: Option<Timestamp> = None;
    for (hash, record) in tx.scan(&key::idempotencies()) {
        if record.expires <= now {
            tx.delete(&key::idempotency(&hash));
        } else {
            next = Some(next.map_or(record.expires, |next| next.min(record.expires)));
        }
    }
    if let Some(next) = next {
        tx.schedule(DUE, next);
    }
}
