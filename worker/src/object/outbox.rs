//! The outbox: replication to KV and the effects of a change, after the save.
//!
//! Dirty keys, never values: a flight reads the current bytes, puts them, and removes the row only
//! if its revision has not moved, so that an old value can never land on a newer one. One flight at
//! a time per object; at most one put per key and second; a row that is refused holds up no other.

use super::{
    Envelope, ObjectName,
    core::{Flight, Object, shared},
};
use crate::{
    domain::view::for_readers,
    error::{Broken, log},
    mail::Letter,
    store::{
        Draft, Effect, Host, decode,
        draft::{Dirty, Pending, Rank, Writes},
        encode, key,
    },
};
use futures_channel::oneshot;
use futures_util::future::{join_all, select};
use guildhall_shared::{
    Timestamp,
    timestamp::{HOUR, MINUTE, SECOND},
};
use std::rc::Rc;

/// Operations under way at once; the platform opens six connections a request.
const ABREAST: usize = 6;
/// KV takes 1,000 operations a request; the alarm goes on with what is left.
const OPERATIONS: usize = 900;
/// Between two puts of one key.
const PAUSE: i64 = SECOND;
/// When the deletion of a credential is sent again, counted from the one before.
const AGAIN: [i64; 2] = [70 * SECOND, 10 * MINUTE - 70 * SECOND];
/// Rows older than this are flushed by whoever comes by.
const STALE: i64 = 30 * SECOND;
/// How many rows whoever comes by looks at.
const LOOK: usize = 16;

/// Starts a flight where a commit has left it something. Nobody waits for it.
pub fn start<H: Host + 'static>(object: &Rc<Object<H>>) {
    if object.has_more.get() {
        drop(begin(object));
    }
}

/// Flies until nothing is left that is due.
pub async fn fly<H: Host + 'static>(object: &Rc<Object<H>>) {
    begin(object).await;
}

/// How long effects wait whose work must not show in the time of the answer.
const UNSEEN: u64 = 250;

/// Starts a flight that nobody waits for, when the answer has long left.
pub fn start_unseen<H: Host + 'static>(object: &Rc<Object<H>>) {
    let this = Rc::clone(object);
    object.host.later(Box::pin(async move {
        this.host.sleep(UNSEEN).await;
        fly(&this).await;
    }));
}

/// Starts a flight, or joins the one under way and wakes it where it pauses.
fn begin<H: Host + 'static>(object: &Rc<Object<H>>) -> Flight {
    let running = object.flight.borrow().clone();
    if let Some(running) = running {
        if let Some(wake) = object.nap.borrow_mut().take() {
            // A flight that has just woken by itself needs no waking.
            let _ = wake.send(());
        }
        return running;
    }
    let this = Rc::clone(object);
    let flight = shared(async move {
        if let Err(broken) = flight(&this).await {
            log(&format!("{} outbox", this.name.logged()), &broken);
        }
        this.flight.borrow_mut().take();
        if let Err(broken) = this.arm() {
            log(&format!("{} alarm", this.name.logged()), &broken);
        }
    });
    *object.flight.borrow_mut() = Some(flight.clone());
    // It has to end even if nobody waits for it any more.
    object.host.later(Box::pin(flight.clone()));
    flight
}

/// Flies, and says whether every effect has been performed.
pub async fn has_performed_all<H: Host + 'static>(object: &Rc<Object<H>>) -> Result<bool, Broken> {
    let is_empty = || Ok::<_, Broken>(object.host.records().scan(key::pendings().as_str(), "", 1)?.is_empty());
    if !is_empty()? {
        fly(object).await;
    }
    is_empty()
}

/// When the first row of the outbox is due; `None` where there is none.
pub fn soonest<H: Host + 'static>(object: &Object<H>) -> Result<Option<Timestamp>, Broken> {
    let records = object.host.records();
    let dirty = records.scan(key::dirties().as_str(), "", LOOK)?;
    let pending = records.scan(key::pendings().as_str(), "", LOOK)?;
    if dirty.len().max(pending.len()) == LOOK {
        return Ok(Some(object.host.now()));
    }
    let mut dues = vec![];
    for (_, row) in dirty {
        dues.push(decode::<Dirty>(&row.value)?.1.due);
    }
    for (_, row) in pending {
        dues.push(decode::<Pending>(&row.value)?.1.due);
    }
    Ok(dues.into_iter().min())
}

/// Flushes rows that have been waiting for long, without making the caller wait.
pub fn nudge<H: Host + 'static>(object: &Rc<Object<H>>) {
    let records = object.host.records();
    let stale = object.host.now().plus(-STALE);
    let dirty = records.scan(key::dirties().as_str(), "", LOOK).unwrap_or_default();
    let pending = records.scan(key::pendings().as_str(), "", LOOK).unwrap_or_default();
    let old = dirty.iter().any(|(_, row)| decode::<Dirty>(&row.value).is_ok_and(|(_, row)| row.since < stale))
        || pending.iter().any(|(_, row)| decode::<Pending>(&row.value).is_ok_and(|(_, row)| row.since < stale));
    if old {
        let this = Rc::clone(object);
        object.host.later(Box::pin(async move { fly(&this).await }));
    }
}

async fn flight<H: Host + 'static>(object: &Rc<Object<H>>) -> Result<(), Broken> {
    let mut operations = 0;
    loop {
        object.has_more.set(false);
        let mut soonest: Option<Timestamp> = None;
        let mut wait = |at: Timestamp| soonest = Some(soonest.map_or(at, |soonest| soonest.min(at)));
        operations += replicate_all(object, OPERATIONS.saturating_sub(operations), &mut wait).await?;
        operations += perform_all(object, OPERATIONS.saturating_sub(operations), &mut wait).await?;
        let now = object.host.now();
        match soonest {
            Some(at) if operations < OPERATIONS && at.since(now) <= PAUSE => {
                let pause = u64::try_from(at.since(now).max(1)).unwrap_or(1);
                let (wake, woken) = oneshot::channel();
                *object.nap.borrow_mut() = Some(wake);
                select(object.host.sleep(pause), woken).await;
                object.nap.take();
            }
            // What was written meanwhile may stand where the flight has already been.
            _ if operations < OPERATIONS && object.has_more.get() => {}
            _ => return Ok(()),
        }
    }
}

/// Every dirty key once, in the order of ranks.
async fn replicate_all<H: Host + 'static>(
    object: &Rc<Object<H>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, Broken> {
    let prefix = key::dirties();
    let mut after = String::new();
    let mut done = 0;
    while done < operations {
        let rows = object.host.records().scan(prefix.as_str(), &after, ABREAST)?;
        let Some((last, _)) = rows.last() else { break };
        after.clone_from(last);
        let mut batch = vec![];
        for (row_key, stored) in rows {
            let (_, row) = decode::<Dirty>(&stored.value)?;
            let of = row_key.get(prefix.as_str().len() + 2..).unwrap_or_default().to_owned();
            let rested = object.last_put.borrow().get(&of).map_or(row.due, |at| row.due.max(at.plus(PAUSE)));
            if rested > object.host.now() {
                wait(rested);
            } else {
                batch.push((row_key, of, row));
            }
        }
        done += batch.len();
        let all_sent = join_all(batch.into_iter().map(|(row_key, of, row)| replicate(object, row_key, of, row))).await;
        // From here to the commit in one turn: a row may have moved while a slower key was waited for.
        let mut writes = Writes::default();
        for sent in all_sent {
            if let Some(at) = note(object, sent?, &mut writes)? {
                wait(at);
            }
        }
        object.commit(&writes)?;
    }
    Ok(done)
}

/// A put that has come back.
struct Sent {
    row_key: String,
    of: String,
    row: Dirty,
    was_deletion: bool,
    put: Result<(), Broken>,
}

/// Puts the current bytes of one key.
async fn replicate<H: Host + 'static>(
    object: &Rc<Object<H>>,
    row_key: String,
    of: String,
    row: Dirty,
) -> Result<Sent, Broken> {
    let draft = Draft::new(object.host.records(), object.host.now());
    let current = for_readers(&draft, &of);
    draft.into_commit()?;
    let put = object.host.replicate(&of, current.as_ref()).await;
    // KV counts from when the put arrived, which nobody knows; it has by now.
    let now = object.host.now();
    object.last_put.borrow_mut().retain(|_, at| now.since(*at) < PAUSE);
    object.last_put.borrow_mut().insert(of.clone(), now);
    Ok(Sent { row_key, of, row, was_deletion: current.is_none(), put })
}

/// What becomes of the row of a put, and when it wants another. Awaits nothing.
fn note<H: Host + 'static>(
    object: &Rc<Object<H>>,
    sent: Sent,
    writes: &mut Writes,
) -> Result<Option<Timestamp>, Broken> {
    let Sent { row_key, of, row, was_deletion, put } = sent;
    let now = object.host.now();
    let stored = |value| Some(crate::store::Stored { value, meta: None, expires: None });
    let Some(standing) = object.host.records().get(&row_key)? else { return Ok(None) };
    let (revision, standing) = decode::<Dirty>(&standing.value)?;
    if standing.revision != row.revision {
        return Ok(Some(now.plus(PAUSE)));
    }
    match put {
        Ok(()) => {
            let is_credential = row_key == key::dirty(Rank::Credential, &of).as_str();
            if was_deletion
                && is_credential
                && let Some(after) = AGAIN.get(usize::from(row.again))
            {
                let due = key::due(&format!("resend/{}/{of}", row.again + 1));
                let value = encode(&crate::store::draft::Due { at: now.plus(*after) }, revision)?;
                writes.insert(due.as_str().to_owned(), stored(value));
            }
            writes.insert(row_key, None);
            Ok(None)
        }
        Err(broken) => {
            log(&format!("{} replication", object.name.logged()), &broken);
            let tries = row.tries + 1;
            let row = Dirty { tries, due: now.plus(backoff(tries, MINUTE)), ..row };
            writes.insert(row_key, stored(encode(&row, revision)?));
            Ok(Some(row.due))
        }
    }
}

/// Every effect that is due, once. Those for one object go out one after the other: an older call may
/// not overtake a newer one, nor come after it when it is tried again.
async fn perform_all<H: Host + 'static>(
    object: &Rc<Object<H>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, Broken> {
    let prefix = key::pendings();
    let mut after = String::new();
    let mut done = 0;
    // Whether the first call to each object was performed, and the objects for which more wait.
    let mut first: Vec<(ObjectName, bool)> = vec![];
    let mut held: Vec<ObjectName> = vec![];
    while done < operations {
        let rows = object.host.records().scan(prefix.as_str(), &after, ABREAST)?;
        let Some((last, _)) = rows.last() else { break };
        after.clone_from(last);
        let mut batch = vec![];
        for (row_key, stored) in rows {
            let (revision, row) = decode::<Pending>(&stored.value)?;
            if let Some(to) = row.effect.callee() {
                if first.iter().any(|(known, _)| known == to) {
                    held.push(to.clone());
                    continue;
                }
                first.push((to.clone(), false));
            }
            if row.due > object.host.now() {
                wait(row.due);
            } else {
                batch.push((row_key, revision, row));
            }
        }
        done += batch.len();
        let performed = join_all(batch.into_iter().map(|(row_key, revision, row)| async move {
            let to = row.effect.callee().cloned();
            let outcome = perform(object, row.effect).await;
            (row_key, revision, to, outcome)
        }))
        .await;
        let mut writes = Writes::default();
        for (row_key, revision, called, outcome) in performed {
            match outcome {
                Ok(()) => {
                    writes.insert(row_key, None);
                    first
                        .iter_mut()
                        .filter(|(known, _)| Some(known) == called.as_ref())
                        .for_each(|(_, done)| *done = true);
                }
                Err(broken) => {
                    log(&format!("{} effect", object.name.logged()), &broken);
                    let Some(standing) = object.host.records().get(&row_key)? else { continue };
                    let (_, row) = decode::<Pending>(&standing.value)?;
                    let tries = row.tries + 1;
                    // A mailbox that takes nothing for hours is asked less and less; an object is there again soon.
                    let (now, age) = (object.host.now(), object.host.now().since(row.since));
                    let longest = if called.is_some() { MINUTE } else { (age / 8).clamp(MINUTE, HOUR) };
                    let row = Pending { tries, due: now.plus(backoff(tries, longest)), ..row };
                    wait(row.due);
                    let value = encode(&row, revision)?;
                    writes.insert(row_key, Some(crate::store::Stored { value, meta: None, expires: None }));
                }
            }
        }
        object.commit(&writes)?;
    }
    if held.iter().any(|to| first.iter().any(|(known, done)| known == to && *done)) {
        wait(object.host.now());
    }
    Ok(done)
}

async fn perform<H: Host + 'static>(object: &Rc<Object<H>>, effect: Effect) -> Result<(), Broken> {
    match effect {
        Effect::Mail(mail) => {
            let letter = Letter::write(&mail, &object.host.installation(), object.host.now())?;
            object.host.mail(letter).await
        }
        Effect::Call(to, command) => {
            let envelope = Envelope::system(to.clone(), *command, super::Origin::default());
            // A refusal is an answer: the other side has decided, and asking again changes nothing.
            if let Err(refusal) = object.host.call(to.clone(), envelope).await?.answer {
                log(
                    &format!("{} effect on {}", object.name.logged(), to.logged()),
                    &Broken::new(format!("it was refused with {}", refusal.code.status())),
                );
            }
            Ok(())
        }
    }
}

/// Marks the deletion of a credential to be sent once more, unless the key is in use again.
pub fn resend<H: Host + 'static>(object: &Object<H>, what: &str, again: &str) -> Result<Writes, Broken> {
    let now = object.host.now();
    let mut draft = Draft::new(object.host.records(), now);
    draft.not_due(what);
    if let Some((again, of)) = again.split_once('/')
        && for_readers(&draft, of).is_none()
    {
        let again = again.parse().unwrap_or(u8::MAX);
        draft.put(&key::dirty(Rank::Credential, of), &Dirty { revision: 0, since: now, due: now, tries: 0, again });
    }
    Ok(draft.into_commit()?)
}

/// How long a row waits that has failed so often.
fn backoff(tries: u32, longest: i64) -> i64 {
    (SECOND << tries.min(12)).min(longest)
}
