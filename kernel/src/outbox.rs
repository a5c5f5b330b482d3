//! The outbox: replication to KV and the effects of a change, after the commit.
//!
//! Stale keys, never values: a flush reads the current bytes, puts them, and removes the row only if its revision has not
//! moved, so that an old value can never land on a newer one. One flush at a time per object; at most one put per key and
//! second; a row that is refused holds up no other.

use crate::{
    Address as _, Call as _, Effect, InternalError, Json, Named, Object, Product, Rank, Record, Stored, Transaction,
    Writes, decode, encode, json, key,
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
pub struct Stale {
    pub revision: u64,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
    /// How often the deletion of a credential was sent already.
    #[serde(default)]
    pub again: u8,
}

/// An effect that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Pending<P: Product> {
    pub effect: Effect<P>,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
}

impl Record for Stale {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;
}

impl<P: Product> Record for Pending<P> {
    const VERSION: u8 = 2;
    const RANK: Option<Rank> = None;

    fn upgrade(version: u8, json: &str) -> Option<Self> {
        let nested: Nested<P> = (version == 1).then(|| json::from_str(json).ok())??;
        let effect = match nested.effect {
            NestedEffect::Delivery(delivery) => Effect::Delivery(delivery),
            NestedEffect::Call(to, command) => Effect::Call(to, Named::nested(&command)?),
        };
        Some(Self { effect, since: nested.since, due: nested.due, tries: nested.tries })
    }
}

/// The first version of `Pending`, whose commands had no name of their own.
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

/// Operations under way at once; the platform opens six connections a request.
const ABREAST: usize = 6;
/// KV takes 1,000 operations a request; the alarm goes on with what is left.
const OPERATIONS: usize = 900;
/// Between two puts of one key.
const PAUSE: i64 = SECOND;
/// When the deletion of a credential is sent again, counted from the one before.
const AGAIN: [i64; 2] = [70 * SECOND, 10 * MINUTE - 70 * SECOND];
/// Rows older than this are flushed by whoever comes by.
const LONG: i64 = 30 * SECOND;
/// How many rows whoever comes by looks at.
const LOOK: usize = 16;

/// Starts a flush where a commit has left it something. Nobody waits for it.
pub fn start<P: Product>(object: &Rc<Object<P>>) {
    if object.has_more.get() {
        drop(begin(object));
    }
}

/// Flushes until nothing is left that is due.
pub async fn flush_all<P: Product>(object: &Rc<Object<P>>) {
    begin(object).await;
}

/// How long effects wait whose work must not show in the time of the answer.
const UNSEEN: u64 = 250;

/// Starts a flush that nobody waits for, when the answer has long left.
pub fn start_unseen<P: Product>(object: &Rc<Object<P>>) {
    let this = Rc::clone(object);
    object.host.later(Box::pin(async move {
        this.host.sleep(UNSEEN).await;
        flush_all(&this).await;
    }));
}

/// Starts a flush, or joins the one under way and wakes it where it pauses.
fn begin<P: Product>(object: &Rc<Object<P>>) -> Flush {
    let running = object.flush.borrow().clone();
    if let Some(running) = running {
        if let Some(wake) = object.nap.borrow_mut().take() {
            // A flush that has just woken by itself needs no waking.
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
    // It has to end even if nobody waits for it any more.
    object.host.later(Box::pin(flush.clone()));
    flush
}

/// Flushes, and says whether every effect has been performed.
pub async fn has_performed_all<P: Product>(object: &Rc<Object<P>>) -> Result<bool, InternalError> {
    let is_empty =
        || Ok::<_, InternalError>(object.host.records().scan(key::pendings::<P>().as_str(), "", 1)?.is_empty());
    if !is_empty()? {
        flush_all(object).await;
    }
    is_empty()
}

/// When the first row of the outbox is due; `None` where there is none.
pub fn soonest<P: Product>(object: &Object<P>) -> Result<Option<Timestamp>, InternalError> {
    let records = object.host.records();
    let stale = records.scan(key::stales().as_str(), "", LOOK)?;
    let pending = records.scan(key::pendings::<P>().as_str(), "", LOOK)?;
    if stale.len().max(pending.len()) == LOOK {
        return Ok(Some(object.host.now()));
    }
    let mut dues = vec![];
    for (_, row) in stale {
        dues.push(decode::<Stale>(&row.value)?.1.due);
    }
    for (_, row) in pending {
        dues.push(decode::<Pending<P>>(&row.value)?.1.due);
    }
    Ok(dues.into_iter().min())
}

/// Flushes rows that have been waiting for long, without making the caller wait.
pub fn nudge<P: Product>(object: &Rc<Object<P>>) {
    let records = object.host.records();
    let long_ago = object.host.now().plus(-LONG);
    let stale = records.scan(key::stales().as_str(), "", LOOK).unwrap_or_default();
    let pending = records.scan(key::pendings::<P>().as_str(), "", LOOK).unwrap_or_default();
    let old = stale.iter().any(|(_, row)| decode::<Stale>(&row.value).is_ok_and(|(_, row)| row.since < long_ago))
        || pending.iter().any(|(_, row)| decode::<Pending<P>>(&row.value).is_ok_and(|(_, row)| row.since < long_ago));
    if old {
        let this = Rc::clone(object);
        object.host.later(Box::pin(async move { flush_all(&this).await }));
    }
}

async fn run<P: Product>(object: &Rc<Object<P>>) -> Result<(), InternalError> {
    object.order_timers()?;
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
            // What was written meanwhile may stand where the flush has already been.
            _ if operations < OPERATIONS && object.has_more.get() => {}
            _ => return Ok(()),
        }
    }
}

/// Every stale key once, in the order of ranks.
async fn replicate_all<P: Product>(
    object: &Rc<Object<P>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, InternalError> {
    let mut walk = Walk::new(key::stales(), ABREAST);
    let mut done = 0;
    while done < operations
        && let Some(rows) = walk.next(object.host.records())?
    {
        let mut batch = vec![];
        for (row_key, _, row) in rows {
            let of = row_key.splitn(3, '/').nth(2).unwrap_or_default().to_owned();
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
    row: Stale,
    was_deletion: bool,
    put: Result<(), InternalError>,
}

/// Puts the current bytes of one key.
async fn replicate<P: Product>(
    object: &Rc<Object<P>>,
    row_key: String,
    of: String,
    row: Stale,
) -> Result<Sent, InternalError> {
    let tx = Transaction::<P>::new(object.host.records(), object.host.now());
    let current = P::for_readers(&tx, &of);
    tx.finish()?;
    let put = object.host.replicate(&of, current.as_ref()).await;
    // KV counts from when the put arrived, which nobody knows; it has by now.
    let now = object.host.now();
    object.last_put.borrow_mut().retain(|_, at| now.since(*at) < PAUSE);
    object.last_put.borrow_mut().insert(of.clone(), now);
    Ok(Sent { row_key, of, row, was_deletion: current.is_none(), put })
}

/// What becomes of the row of a put, and when it wants another. Awaits nothing.
fn note<P: Product>(
    object: &Rc<Object<P>>,
    sent: Sent,
    writes: &mut Writes,
) -> Result<Option<Timestamp>, InternalError> {
    let Sent { row_key, of, row, was_deletion, put } = sent;
    let now = object.host.now();
    let Some(standing) = object.host.records().get(&row_key)? else { return Ok(None) };
    let (revision, standing) = decode::<Stale>(&standing.value)?;
    if standing.revision != row.revision {
        return Ok(Some(now.plus(PAUSE)));
    }
    match put {
        Ok(()) => {
            let is_credential = row_key == key::stale(Rank::Credential, &of).as_str();
            if was_deletion
                && is_credential
                && let Some(after) = AGAIN.get(usize::from(row.again))
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
            let row = Stale { tries, due: now.plus(backoff(tries, MINUTE)), ..row };
            writes.insert(row_key, Some(Stored::plain(encode(&row, revision)?)));
            Ok(Some(row.due))
        }
    }
}

/// Every effect that is due, once. Those for one object go out one after the other: an older call may
/// not overtake a newer one, nor come after it when it is tried again.
async fn perform_all<P: Product>(
    object: &Rc<Object<P>>,
    operations: usize,
    wait: &mut impl FnMut(Timestamp),
) -> Result<usize, InternalError> {
    let mut walk = Walk::new(key::pendings::<P>(), ABREAST);
    let mut done = 0;
    // Whether the first call to each object was performed, and the objects for which more wait.
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
                    let (_, row) = decode::<Pending<P>>(&standing.value)?;
                    let tries = row.tries + 1;
                    // A mailbox that takes nothing for hours is asked less and less; an object is there again soon.
                    let (now, age) = (object.host.now(), object.host.now().since(row.since));
                    let longest = if called.is_some() { MINUTE } else { (age / 8).clamp(MINUTE, HOUR) };
                    let row = Pending { tries, due: now.plus(backoff(tries, longest)), ..row };
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

/// Marks the deletion of a credential to be sent once more, unless the key is in use again.
pub fn resend<P: Product>(object: &Object<P>, what: &str, again: &str) -> Result<Writes, InternalError> {
    let now = object.host.now();
    let mut tx = Transaction::<P>::new(object.host.records(), now);
    tx.not_due(what);
    if let Some((again, of)) = again.split_once('/')
        && P::for_readers(&tx, of).is_none()
    {
        let again = again.parse().unwrap_or(u8::MAX);
        tx.put(&key::stale(Rank::Credential, of), &Stale { revision: 0, since: now, due: now, tries: 0, again });
    }
    Ok(tx.finish()?)
}

/// How long a row waits that has failed so often.
fn backoff(tries: u32, longest: i64) -> i64 {
    (SECOND << tries.min(12)).min(longest)
}
