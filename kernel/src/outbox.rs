//! The outbox: replication to KV and the effects of a change, after the commit.
//!
//! The outbox stores stale keys, never values: a flush reads the current bytes, puts them, and removes the row only if its
//! revision has not changed, so an old value never overwrites a newer one. One flush at a time per object; at most one put per
//! key and second; a row that fails does not delay the others.

use crate::{
    Address as _, Call as _, Effect, InternalError, Json, Named, Object, Priority, Product, Record, Stored,
    Transaction, Writes, decode, encode, json, key,
    object::{Flush, shared},
    timer,
    walk::Walk,
};
use futures_channel::oneshot;
use futures_util::future::{join_all, select};
use guildhall_shared::{
    Timestamp,
    timestamp::{HOUR, MINUTE, SECOND},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A key whose replica is out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleKey {
    pub revision: u64,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
    /// How many times the deletion of a credential has been repeated.
    #[serde(default)]
    pub again: u8,
}

/// An effect that the outbox has yet to perform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct QueuedEffect<P: Product> {
    pub effect: Effect<P>,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
}

impl Record for StaleKey {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

impl<P: Product> Record for QueuedEffect<P> {
    const VERSION: u8 = 2;
    const PRIORITY: Option<Priority> = None;

    fn upgrade(version: u8, json: &str) -> Option<Self> {
        let nested: Nested<P> = (version == 1).then(|| json::from_str(json).ok())??;
        let effect = match nested.effect {
            NestedEffect::Delivery(delivery) => Effect::Delivery(delivery),
            NestedEffect::Call(to, command) => Effect::Call(to, Named::nested(&command)?),
        };
        Some(Self { effect, since: nested.since, due: nested.due, tries: nested.tries })
    }
}

/// The first version of `QueuedEffect`, whose commands had no name of their own.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Nested<P: Product> {
    effect: NestedEffect<P>,
    since: Timestamp,
    due: Timestamp,
    tries: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
enum NestedEffect<P: Product> {
    #[serde(rename = "mail")]
    Delivery(Box<P::Delivery>),
    Call(P::Address, Json),
}

/// Concurrent operations. The platform opens six connections a request.
const CONCURRENCY: usize = 6;
/// Operations of one flush. KV takes 1,000 a request; the alarm continues with the rest.
const MAX_OPERATIONS: usize = 900;
/// The least time between two puts of one key.
const PUT_INTERVAL: i64 = SECOND;
/// When the deletion of a credential is repeated, each delay counted from the previous deletion.
const RESEND_DELAYS: [i64; 2] = [70 * SECOND, 10 * MINUTE - 70 * SECOND];
/// A read of the object flushes rows older than this.
const STALE_AFTER: i64 = 30 * SECOND;
/// How many rows such a read scans.
const SCAN_LIMIT: usize = 16;

/// Starts a flush if a commit has added rows, without waiting for it.
pub fn start<P: Product>(object: &Rc<Object<P>>) {
    if object.has_more.get() {
        drop(begin(object));
    }
}

/// Flushes until no row is due.
pub async fn flush_all<P: Product>(object: &Rc<Object<P>>) {
    begin(object).await;
}

/// Milliseconds before a flush whose work must not show in the response time.
const BACKGROUND_DELAY: u64 = 250;

/// Starts a flush some time after the answer, without waiting for it.
pub fn flush_in_background<P: Product>(object: &Rc<Object<P>>) {
    let this = Rc::clone(object);
    object.host.spawn(Box::pin(async move {
        this.host.sleep(BACKGROUND_DELAY).await;
        flush_all(&this).await;
    }));
}

/// Starts a flush, or joins the running one and wakes it if it pauses.
fn begin<P: Product>(object: &Rc<Object<P>>) -> Flush {
    let running = object.flush.borrow().clone();
    if let Some(running) = running {
        if let Some(wake) = object.wakeup.borrow_mut().take() {
            // Ignored: a flush that has just woken by itself has dropped its receiver.
            let _ = wake.send(());
        }
        return running;
    }
    let this = Rc::clone(object);
    let flush = shared(async move {
        if let Err(error) = run(&this).await {
            this.host.log(&format!("{} outbox", this.name.logged()), &error);
        }
        this.flush.borrow_mut().take();
        if let Err(error) = this.arm() {
            this.host.log(&format!("{} alarm", this.name.logged()), &error);
        }
    });
    *object.flush.borrow_mut() = Some(flush.clone());
    // The flush has to end even if no caller awaits it any more.
    object.host.spawn(Box::pin(flush.clone()));
    flush
}

/// Flushes. Returns whether every effect has been performed.
pub async fn has_performed_all<P: Product>(object: &Rc<Object<P>>) -> Result<bool, InternalError> {
    let is_empty =
        || Ok::<_, InternalError>(object.host.records().scan(key::pendings::<P>().as_str(), "", 1)?.is_empty());
    if !is_empty()? {
        flush_all(object).await;
    }
    is_empty()
}

/// When the first row of the outbox is due; `None` if the outbox is empty.
pub fn next_due<P: Product>(object: &Object<P>) -> Result<Option<Timestamp>, InternalError> {
    let records = object.host.records();
    let stale = records.scan(key::stales().as_str(), "", SCAN_LIMIT)?;
    let pending = records.scan(key::pendings::<P>().as_str(), "", SCAN_LIMIT)?;
    if stale.len().max(pending.len()) == SCAN_LIMIT {
        return Ok(Some(object.host.now()));
    }
    let mut dues = vec![];
    for (_, row) in stale {
        dues.push(decode::<StaleKey>(&row.value)?.1.due);
    }
    for (_, row) in pending {
        dues.push(decode::<QueuedEffect<P>>(&row.value)?.1.due);
    }
    Ok(dues.into_iter().min())
}

/// Flushes rows that have waited too long, without making the caller wait.
pub fn flush_if_stale<P: Product>(object: &Rc<Object<P>>) {
    let records = object.host.records();
    let long_ago = object.host.now().plus(-STALE_AFTER);
    let stale = records.scan(key::stales().as_str(), "", SCAN_LIMIT).unwrap_or_default();
    let pending = records.scan(key::pendings::<P>().as_str(), "", SCAN_LIMIT).unwrap_or_default();
    let old = stale.iter().any(|(_, row)| decode::<StaleKey>(&row.value).is_ok_and(|(_, row)| row.since < long_ago))
        || pending
            .iter()
            .any(|(_, row)| decode::<QueuedEffect<P>>(&row.value).is_ok_and(|(_, row)| row.since < long_ago));
    if old {
        let this = Rc::clone(object);
        object.host.spawn(Box::pin(async move { flush_all(&this).await }));
    }
}

async fn run<P: Product>(object: &Rc<Object<P>>) -> Result<(), InternalError> {
    object.order_timers()?;
    let mut operations = 0;
    loop {
        object.has_more.set(false);
        let mut next_due: Option<Timestamp> = None;
        let mut wait = |at: Timestamp| next_due = Some(next_due.map_or(at, |next_due| next_due.min(at)));
        operations += replicate_all(object, MAX_OPERATIONS.saturating_sub(operations), &mut wait).await?;
        operations += perform_all(object, MAX_OPERATIONS.saturating_sub(operations), &mut wait).await?;
        let now = object.host.now();
        match next_due {
            Some(at) if operations < MAX_OPERATIONS && at.since(now) <= PUT_INTERVAL => {
                let pause = u64::try_from(at.since(now).max(1)).unwrap_or(1);
                let (wake, woken) = oneshot::channel();
                *object.wakeup.borrow_mut() = Some(wake);
                select(object.host.sleep(pause), woken).await;
                object.wakeup.take();
            }
            // Rows written meanwhile may sort before the position of this pass.
            _ if operations < MAX_OPERATIONS && object.has_more.get() => {}
            _ => return Ok(()),
        }
    }
}

/// Replicates every stale key once, in the order of priorities.
async fn replicate_all<P: Product>(
    object: &Rc<Object<P>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, InternalError> {
    let mut walk = Walk::new(key::stales(), CONCURRENCY);
    let mut done = 0;
    while done < operations
        && let Some(rows) = walk.next(object.host.records())?
    {
        let mut batch = vec![];
        for (row_key, _, row) in rows {
            let of = row_key.splitn(3, '/').nth(2).unwrap_or_default().to_owned();
            let rested = object.last_put.borrow().get(&of).map_or(row.due, |at| row.due.max(at.plus(PUT_INTERVAL)));
            if rested > object.host.now() {
                wait(rested);
            } else {
                batch.push((row_key, of, row));
            }
        }
        done += batch.len();
        let all_sent = join_all(batch.into_iter().map(|(row_key, of, row)| replicate(object, row_key, of, row))).await;
        // No await from here to the commit: rows may have changed while this waited for a slower key.
        let mut writes = Writes::default();
        for sent in all_sent {
            if let Some(at) = record_outcome(object, sent?, &mut writes)? {
                wait(at);
            }
        }
        object.commit(&writes)?;
    }
    Ok(done)
}

/// A put that has returned.
struct Sent {
    row_key: String,
    of: String,
    row: StaleKey,
    was_deletion: bool,
    put: Result<(), InternalError>,
}

/// Puts the current bytes of one key.
async fn replicate<P: Product>(
    object: &Rc<Object<P>>,
    row_key: String,
    of: String,
    row: StaleKey,
) -> Result<Sent, InternalError> {
    let tx = Transaction::<P>::new(object.host.records(), object.host.now());
    let current = P::for_readers(&tx, &of);
    tx.finish()?;
    let put = object.host.replicate(&of, current.as_ref()).await;
    // KV counts from the arrival of the put, which is unknown but not later than now.
    let now = object.host.now();
    object.last_put.borrow_mut().retain(|_, at| now.since(*at) < PUT_INTERVAL);
    object.last_put.borrow_mut().insert(of.clone(), now);
    Ok(Sent { row_key, of, row, was_deletion: current.is_none(), put })
}

/// Updates the row of a put. Returns when the key needs another put. Awaits nothing.
fn record_outcome<P: Product>(
    object: &Rc<Object<P>>,
    sent: Sent,
    writes: &mut Writes,
) -> Result<Option<Timestamp>, InternalError> {
    let Sent { row_key, of, row, was_deletion, put } = sent;
    let now = object.host.now();
    let Some(standing) = object.host.records().get(&row_key)? else { return Ok(None) };
    let (revision, standing) = decode::<StaleKey>(&standing.value)?;
    if standing.revision != row.revision {
        return Ok(Some(now.plus(PUT_INTERVAL)));
    }
    match put {
        Ok(()) => {
            let is_credential = row_key == key::stale(Priority::Credential, &of).as_str();
            if was_deletion
                && is_credential
                && let Some(after) = RESEND_DELAYS.get(usize::from(row.again))
            {
                let what = format!("resend/{}/{of}", row.again + 1);
                timer::set(object.host.records(), writes, &what, now.plus(*after), revision)?;
            }
            writes.insert(row_key, None);
            Ok(None)
        }
        Err(error) => {
            object.host.log(&format!("{} replication", object.name.logged()), &error);
            let tries = row.tries + 1;
            let row = StaleKey { tries, due: now.plus(backoff(tries, MINUTE)), ..row };
            writes.insert(row_key, Some(Stored::plain(encode(&row, revision)?)));
            Ok(Some(row.due))
        }
    }
}

/// Performs every due effect once. Calls to one object go out one after another, so that a retried call never arrives after
/// a newer one.
async fn perform_all<P: Product>(
    object: &Rc<Object<P>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, InternalError> {
    let mut walk = Walk::new(key::pendings::<P>(), CONCURRENCY);
    let mut done = 0;
    // Whether the first call to each object was performed, and the objects with more calls waiting.
    let mut first: Vec<(P::Address, bool)> = vec![];
    let mut held: Vec<P::Address> = vec![];
    while done < operations
        && let Some(rows) = walk.next(object.host.records())?
    {
        let mut batch = vec![];
        for (row_key, revision, row) in rows {
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
                Err(error) => {
                    object.host.log(&format!("{} effect", object.name.logged()), &error);
                    let Some(standing) = object.host.records().get(&row_key)? else { continue };
                    let (_, row) = decode::<QueuedEffect<P>>(&standing.value)?;
                    let tries = row.tries + 1;
                    // A mail server may be down for hours, so the delay grows with age. An object is back within a minute.
                    let (now, age) = (object.host.now(), object.host.now().since(row.since));
                    let longest = if called.is_some() { MINUTE } else { (age / 8).clamp(MINUTE, HOUR) };
                    let row = QueuedEffect { tries, due: now.plus(backoff(tries, longest)), ..row };
                    wait(row.due);
                    writes.insert(row_key, Some(Stored::plain(encode(&row, revision)?)));
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

async fn perform<P: Product>(object: &Rc<Object<P>>, effect: Effect<P>) -> Result<(), InternalError> {
    match effect {
        Effect::Delivery(delivery) => {
            let letter = P::letter(&delivery, &object.host.installation(), object.host.now())?;
            object.host.deliver(letter).await
        }
        Effect::Call(to, command) => {
            // A rejection is an answer: the other object has decided, and a second call would change nothing.
            if let Err(rejection) = object.host.call(P::Call::system(to.clone(), command)).await?.answer {
                let about = format!("{} effect on {}", object.name.logged(), to.logged());
                object.host.log(&about, &InternalError::new(format!("it was refused with {}", P::status(&rejection))));
            }
            Ok(())
        }
    }
}

/// Queues the deletion of a credential once more, unless the key is in use again.
pub fn resend<P: Product>(object: &Object<P>, what: &str, again: &str) -> Result<Writes, InternalError> {
    let now = object.host.now();
    let mut tx = Transaction::<P>::new(object.host.records(), now);
    tx.cancel(what);
    if let Some((again, of)) = again.split_once('/')
        && P::for_readers(&tx, of).is_none()
    {
        let again = again.parse().unwrap_or(u8::MAX);
        tx.put(&key::stale(Priority::Credential, of), &StaleKey { revision: 0, since: now, due: now, tries: 0, again });
    }
    Ok(tx.finish()?)
}

/// The delay before the next try of a row that has failed `tries` times.
fn backoff(tries: u32, longest: i64) -> i64 {
    (SECOND << tries.min(12)).min(longest)
}
