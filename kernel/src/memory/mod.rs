//! The in-memory world of the tests: the same objects over maps, with fault injection. Time only moves when a test moves it.

mod host;
mod snapshot;

pub use snapshot::Snapshot;

use crate::{
    Call as _, InternalError, Listing, Object, Product, Replica, Replied, Row, Runtime, Stored, Transaction,
    json::{self, Json},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{Timestamp, timestamp::SECOND};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// Injected faults of the replica, of objects and of mail. Each is a probability in thousandths, or a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// A read of the replica by the edge fails.
    pub read: u32,
    /// A put fails and nothing was written.
    pub put_before: u32,
    /// A put fails although it was written.
    pub put_after: u32,
    /// KV refuses a second put of one key within a second, as in production.
    pub one_put_per_second: bool,
    /// A put takes a while, so that concurrent ones can overtake each other.
    pub put_delay: u32,
    /// A call to an object fails before it arrives.
    pub call_before: u32,
    /// A call to an object fails after it was done.
    pub call_after: u32,
    /// A commit fails and writes nothing.
    pub commit: u32,
    pub mail: u32,
    /// The source of random bytes fails.
    pub random: u32,
}

/// What the edge has done, for tests that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Round trips to KV. Concurrent reads and lists count as one.
    pub round_trips: usize,
    /// Bulk reads and lists.
    pub operations: usize,
    pub keys: usize,
    pub calls: usize,
}

/// The records of one object.
type Primary = Rc<RefCell<BTreeMap<String, Stored>>>;

/// An object in memory, and whether it was evicted since.
type Held<P> = (Rc<Object<P>>, Rc<Cell<bool>>);

pub struct World<P: Product> {
    kv: RefCell<BTreeMap<String, Stored>>,
    put_at: RefCell<BTreeMap<String, Timestamp>>,
    primaries: RefCell<BTreeMap<P::Address, Primary>>,
    objects: RefCell<BTreeMap<P::Address, Held<P>>>,
    alarms: RefCell<BTreeMap<P::Address, Timestamp>>,
    pub letters: RefCell<Vec<P::Letter>>,
    pub faults: Cell<Faults>,
    counts: Cell<Counts>,
    /// Rows that objects have read from their own records.
    rows: Cell<usize>,
    waiting: Cell<usize>,
    now: Cell<Timestamp>,
    seed: Cell<u64>,
    installation: RefCell<Rc<P::Installation>>,
}

impl<P: Product> World<P> {
    pub fn new(seed: u64, installation: P::Installation) -> Rc<Self> {
        Rc::new(Self {
            kv: RefCell::default(),
            put_at: RefCell::default(),
            primaries: RefCell::default(),
            objects: RefCell::default(),
            alarms: RefCell::default(),
            letters: RefCell::default(),
            faults: Cell::default(),
            counts: Cell::default(),
            rows: Cell::default(),
            waiting: Cell::default(),
            now: Cell::new(Timestamp::from_millis(1_795_284_000_000)),
            seed: Cell::new(seed),
            installation: RefCell::new(Rc::new(installation)),
        })
    }

    pub fn now(&self) -> Timestamp {
        self.now.get()
    }

    /// Replaces the installation and evicts every object.
    pub fn install(&self, installation: P::Installation) {
        self.evict_all();
        *self.installation.borrow_mut() = Rc::new(installation);
    }

    /// Advances the time and runs every alarm that becomes due.
    pub async fn pass(self: &Rc<Self>, millis: i64) {
        let until = self.now.get().plus(millis);
        loop {
            let next = self.alarms.borrow().iter().map(|(name, at)| (*at, name.clone())).min();
            let Some((at, name)) = next.filter(|(at, _)| *at <= until) else { break };
            self.now.set(self.now.get().max(at));
            self.alarms.borrow_mut().remove(&name);
            self.object(&name).alarm().await;
        }
        self.now.set(self.now.get().max(until));
    }

    /// Advances the time without running alarms.
    pub fn skip(&self, millis: i64) {
        self.now.set(self.now.get().plus(millis));
    }

    /// Runs until the outbox of every object is empty.
    pub async fn drain(self: &Rc<Self>) {
        for _ in 0..1000 {
            if self.busy().is_empty() {
                return;
            }
            self.pass(10 * SECOND).await;
        }
    }

    /// The objects whose outbox is not empty.
    pub fn busy(&self) -> Vec<P::Address> {
        let primaries = self.primaries.borrow();
        let busy = primaries.iter().filter(|(_, records)| {
            records.borrow().keys().any(|key| key.starts_with("~dirty/") || key.starts_with("~effect/"))
        });
        busy.map(|(name, _)| name.clone()).collect()
    }

    /// Drops the memory of all objects, as the platform may at any time. Their unfinished work is lost.
    pub fn evict_all(&self) {
        for (_, gone) in std::mem::take(&mut *self.objects.borrow_mut()).into_values() {
            gone.set(true);
        }
    }

    pub fn next_alarm(&self, of: &P::Address) -> Option<Timestamp> {
        self.alarms.borrow().get(of).copied()
    }

    pub fn object(self: &Rc<Self>, name: &P::Address) -> Rc<Object<P>> {
        if let Some((object, _)) = self.objects.borrow().get(name) {
            return Rc::clone(object);
        }
        let records = Rc::clone(self.primaries.borrow_mut().entry(name.clone()).or_default());
        let gone = Rc::new(Cell::new(false));
        let host =
            host::MemoryHost { world: Rc::clone(self), name: name.clone(), primary: records, gone: Rc::clone(&gone) };
        let object = Object::new(name.clone(), host);
        self.objects.borrow_mut().insert(name.clone(), (Rc::clone(&object), gone));
        object
    }

    /// The names of all objects that have records.
    pub fn object_names(&self) -> Vec<P::Address> {
        self.primaries.borrow().keys().cloned().collect()
    }

    /// A copy of an object's records.
    pub fn records(&self, of: &P::Address) -> BTreeMap<String, Stored> {
        self.primaries.borrow().get(of).map(|records| records.borrow().clone()).unwrap_or_default()
    }

    /// Reads an object's records through a transaction.
    pub fn read<T>(self: &Rc<Self>, of: &P::Address, rule: impl FnOnce(&Transaction<'_, P>) -> T) -> T {
        self.object(of).read(rule)
    }

    /// A copy of the replica, without expired values.
    pub fn replica(&self) -> BTreeMap<String, Stored> {
        let now = self.now.get();
        let alive = |stored: &Stored| stored.expires.is_none_or(|at| at > now);
        self.kv.borrow().iter().filter(|(_, stored)| alive(stored)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    pub fn reset_counts(&self) {
        self.counts.set(Counts::default());
    }

    /// How many rows objects have read from their own records.
    pub fn rows_read(&self) -> usize {
        self.rows.get()
    }

    fn count_rows(&self, rows: usize) {
        self.rows.set(self.rows.get() + rows);
    }

    /// A random number below `below`, from the world's seed.
    pub fn random_below(&self, below: u32) -> u32 {
        // SplitMix64: small, and good enough to pick faults.
        let state = self.seed.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.seed.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        u32::try_from(z % u64::from(below.max(1))).unwrap_or_default()
    }

    fn fails(&self, in_thousand: u32) -> bool {
        in_thousand > 0 && self.random_below(1000) < in_thousand
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        change(&mut counts);
        self.counts.set(counts);
    }

    /// Waits for KV. Concurrent operations share one round trip.
    async fn trip(&self) {
        if self.waiting.get() == 0 {
            self.count(|counts| counts.round_trips += 1);
        }
        self.waiting.set(self.waiting.get() + 1);
        tokio::task::yield_now().await;
        self.waiting.set(self.waiting.get() - 1);
    }

    async fn ask(self: Rc<Self>, call: P::Call) -> Result<Replied<P>, InternalError> {
        let faults = self.faults.get();
        let to = call.to().clone();
        if self.fails(faults.call_before) {
            return Err(InternalError::new(format!("the call to {to:?} was lost")));
        }
        // Serialized and parsed, as on the platform.
        let call: P::Call = json::from_str(&json::to_string(&call)?)?;
        // In a task of its own, as on the platform. Otherwise two objects that await each other's outbox would be one task that
        // wakes itself, which a shared flush does not support.
        let object = self.object(&to);
        let task = tokio::task::spawn_local(async move { object.handle(call).await });
        let answered = task.await.map_err(|_| InternalError::new("the object panicked"))??;
        if self.fails(faults.call_after) {
            return Err(InternalError::new(format!("the answer of {to:?} was lost")));
        }
        Ok(json::from_str(&json::to_string(&answered)?)?)
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        if self.fails(self.faults.get().random) {
            return Err(InternalError::new("no random bytes"));
        }
        for byte in bytes {
            *byte = u8::try_from(self.random_below(256)).unwrap_or_default();
        }
        Ok(())
    }
}

/// The stateless side.
impl<P: Product> Runtime<P> for Rc<World<P>> {
    fn now(&self) -> Timestamp {
        World::now(self)
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        self.fill(bytes)
    }

    fn installation(&self) -> Rc<P::Installation> {
        Rc::clone(&self.installation.borrow())
    }

    fn call(&self, call: P::Call) -> LocalBoxFuture<'_, Result<Replied<P>, InternalError>> {
        self.count(|counts| counts.calls += 1);
        Box::pin(Rc::clone(self).ask(call))
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        tokio::task::spawn_local(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        let world = Rc::clone(self);
        Box::pin(async move {
            // Both clocks move together: tokio's is paused and jumps when all tasks wait.
            let until = world.now().plus(i64::try_from(millis).unwrap_or_default());
            tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
            world.now.set(world.now().max(until));
        })
    }

    fn log(&self, about: &str, error: &InternalError) {
        eprintln!("{about}: {}", error.inside());
    }
}

impl<P: Product> Replica for Rc<World<P>> {
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, InternalError>> {
        Box::pin(async move {
            self.trip().await;
            self.count(|counts| {
                counts.operations += 1;
                counts.keys += keys.len();
            });
            if self.fails(self.faults.get().read) {
                return Err(InternalError::new("KV could not be read"));
            }
            let replica = self.replica();
            Ok(keys.iter().map(|key| replica.get(key).map(|stored| stored.value.clone())).collect())
        })
    }

    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, InternalError>> {
        Box::pin(async move {
            self.trip().await;
            self.count(|counts| counts.operations += 1);
            let replica = self.replica();
            let all = replica.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
            let mut rows = vec![];
            for (key, stored) in all {
                let Some(meta) = stored.meta.clone() else { continue };
                rows.extend(Row::new(key.get(prefix.len()..).unwrap_or_default(), Json::parse(meta)?));
            }
            let complete = rows.len() <= ROWS;
            rows.truncate(ROWS);
            Ok(Listing { rows, complete })
        })
    }
}

/// The most rows of one list, as in KV.
const ROWS: usize = 1000;
