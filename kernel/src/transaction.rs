//! What a rule reads and writes: an overlay over the records of one object.
//!
//! A rejected command writes nothing. A successful one becomes one commit: its records, the outbox rows (stale keys, effects)
//! and the timers, which are all records too.

use crate::{
    Class, Command, Due, Key, ListQuery, Named, Prefix, Priority, Product, Record, Records, Stored, Timer, decode,
    encode, json, key, list,
    outbox::{QueuedEffect, StaleKey},
};
use guildhall_shared::Timestamp;
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, collections::BTreeMap};

/// What happens after the commit, at least once, from the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub enum Effect<P: Product> {
    /// Something that leaves the platform. Stored as `mail`, the only kind there has been.
    #[serde(rename = "mail")]
    Delivery(Box<P::Delivery>),
    Call(P::Address, Named),
}

impl<P: Product> Effect<P> {
    /// The object that is called.
    pub fn callee(&self) -> Option<&P::Address> {
        match self {
            Self::Call(to, _) => Some(to),
            Self::Delivery(_) => None,
        }
    }

    /// The command that is sent, if it is a `C`.
    pub fn command<C: Command>(&self) -> Option<C> {
        match self {
            Self::Call(_, named) => named.read()?.ok(),
            Self::Delivery(_) => None,
        }
    }

    /// Whether a `C` is sent.
    pub fn is<C: Command>(&self) -> bool {
        matches!(self, Self::Call(_, named) if named.name == C::NAME)
    }
}

/// Part of every commit, so its version is also the version of the object's book-keeping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    pub revision: u64,
    pub effect: u64,
    /// Whether the object stores its timers by name only, as the first version did.
    #[serde(skip)]
    pub lacks_times: bool,
}

impl Record for Counters {
    const VERSION: u8 = 2;
    const PRIORITY: Option<Priority> = None;

    fn upgrade(version: u8, json: &str) -> Option<Self> {
        let first: Self = (version == 1).then(|| json::from_str(json).ok())??;
        Some(Self { lacks_times: true, ..first })
    }
}

/// What a commit writes, by key; `None` deletes.
pub type Writes = BTreeMap<String, Option<Stored>>;

pub struct Transaction<'a, P: Product> {
    base: &'a dyn Records,
    writes: Writes,
    stale: Vec<(String, Priority)>,
    effects: Vec<Effect<P>>,
    revision: u64,
    counters: Counters,
    now: Timestamp,
    kept: bool,
    /// What the rule reports to the product around it.
    pub notes: P::Notes,
    /// The first failure of the store. Nothing is committed after one.
    failure: RefCell<Option<String>>,
}

impl<'a, P: Product> Transaction<'a, P> {
    pub fn new(base: &'a dyn Records, now: Timestamp) -> Self {
        let mut tx = Self {
            base,
            writes: Writes::default(),
            stale: vec![],
            effects: vec![],
            revision: 0,
            counters: Counters::default(),
            now,
            kept: false,
            notes: P::Notes::default(),
            failure: RefCell::new(None),
        };
        tx.counters = tx.get(&key::counters()).unwrap_or_default();
        tx.revision = tx.counters.revision + 1;
        tx
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn get<R: Record>(&self, key: &Key<R>) -> Option<R> {
        self.versioned(key).map(|(_, record)| record)
    }

    /// The record and the revision it was written in.
    pub fn versioned<R: Record>(&self, key: &Key<R>) -> Option<(u64, R)> {
        let stored = self.raw(key.as_str())?;
        self.decode(key.as_str(), &stored)
    }

    fn decode<R: Record>(&self, key: &str, stored: &Stored) -> Option<(u64, R)> {
        self.keep_failure(decode(&stored.value).map_err(|why| format!("{key}: {why}")))
    }

    pub fn raw(&self, key: &str) -> Option<Stored> {
        match self.writes.get(key) {
            Some(written) => written.clone(),
            None => self.keep_failure(self.base.get(key)).flatten(),
        }
    }

    pub fn put<R: Record>(&mut self, key: &Key<R>, record: &R) {
        let Some(value) = self.keep_failure(encode(record, self.revision)) else { return };
        let stored = Stored { value, meta: record.meta(), expires: record.expires() };
        self.write(key.as_str(), R::PRIORITY, Some(stored));
    }

    pub fn delete<R: Record>(&mut self, key: &Key<R>) {
        self.write(key.as_str(), R::PRIORITY, None);
    }

    /// Deletes a record. Returns whether there was one.
    pub fn remove<R: Record>(&mut self, key: &Key<R>) -> bool {
        let is_there = self.raw(key.as_str()).is_some();
        if is_there {
            self.delete(key);
        }
        is_there
    }

    fn write(&mut self, key: &str, priority: Option<Priority>, stored: Option<Stored>) {
        self.writes.insert(key.to_owned(), stored);
        if let Some(priority) = priority {
            self.mark_stale(key, priority);
        }
    }

    fn mark_stale(&mut self, key: &str, priority: Priority) {
        if !self.stale.iter().any(|(known, _)| known == key) {
            self.stale.push((key.to_owned(), priority));
        }
    }

    /// Deletes every record under a prefix.
    pub fn delete_all<R: Record>(&mut self, prefix: &Prefix<R>) {
        for (key, _) in self.scan_raw(prefix.as_str()) {
            self.write(&key, R::PRIORITY, None);
        }
    }

    /// Deletes the timers and up to `most` records, except the key `but`. Replicated records are deleted from the replica too.
    /// Returns whether nothing is left. Keeps the outbox.
    pub fn wipe(&mut self, most: usize, but: &str) -> bool {
        let rows = self.committed("", most);
        let mut all = rows.len() < most;
        for (key, _) in rows {
            // The object's own book-keeping sorts last.
            if key.starts_with('~') {
                all = true;
            } else if key != but {
                self.write(&key, P::is_replicated(&key).then_some(Priority::Credential), None);
            }
        }
        for (what, _) in self.scan(&key::dues()) {
            if !what.starts_with("resend/") {
                self.cancel(&what);
            }
        }
        all
    }

    /// Every record under a prefix, by what follows it in the key.
    pub fn scan<R: Record>(&self, prefix: &Prefix<R>) -> Vec<(String, R)> {
        self.decode_all(prefix, self.scan_raw(prefix.as_str()))
    }

    /// Stored records of a prefix, by what follows it in their keys.
    fn decode_all<R: Record>(&self, prefix: &Prefix<R>, rows: Vec<(String, Stored)>) -> Vec<(String, R)> {
        let records = rows.into_iter().filter_map(|(key, stored)| {
            let (_, record) = self.decode(&key, &stored)?;
            Some((key.get(prefix.as_str().len()..)?.to_owned(), record))
        });
        records.collect()
    }

    /// What this transaction writes under a prefix.
    fn written(&self, prefix: &str) -> impl Iterator<Item = (&String, &Option<Stored>)> {
        self.writes.range(prefix.to_owned()..).take_while(move |(key, _)| key.starts_with(prefix))
    }

    /// Records of a list that has an index, by what follows the prefix in their keys.
    pub fn list<R: Record>(&self, prefix: &Prefix<R>, query: &ListQuery) -> Vec<(String, R)> {
        let under = prefix.as_str();
        // As many more as this transaction may have taken out of the page.
        let more = self.written(under).count();
        let wider = ListQuery { limit: query.limit.map(|limit| limit.saturating_add(more)), ..query.clone() };
        let mut rows = self.keep_failure(self.base.list(under, &wider)).unwrap_or_default();
        if more > 0 {
            rows.retain(|(key, _)| !self.writes.contains_key(key));
            rows.extend(self.written(under).filter_map(|(key, stored)| Some((key.clone(), stored.clone()?))));
            rows = list::select::<P>(rows, query);
        }
        self.decode_all(prefix, rows)
    }

    /// The first records under a prefix, without the writes of this transaction.
    pub fn committed(&self, prefix: &str, most: usize) -> Vec<(String, Stored)> {
        self.keep_failure(self.base.scan(prefix, "", most)).unwrap_or_default()
    }

    pub fn scan_raw(&self, prefix: &str) -> Vec<(String, Stored)> {
        let base = self.keep_failure(self.base.scan(prefix, "", usize::MAX)).unwrap_or_default();
        let mut rows: Writes = base.into_iter().map(|(key, stored)| (key, Some(stored))).collect();
        rows.extend(self.written(prefix).map(|(key, stored)| (key.clone(), stored.clone())));
        rows.into_iter().filter_map(|(key, stored)| Some((key, stored?))).collect()
    }

    pub fn effect(&mut self, effect: Effect<P>) {
        self.effects.push(effect);
    }

    /// Sends a command to another object after the commit.
    pub fn call<C: Command>(&mut self, to: &<C::On as Class>::Id, command: &C)
    where
        C::On: Class<Product = P>,
    {
        let named = Named::new(command).map_err(|error| error.inside().to_owned());
        if let Some(named) = self.keep_failure(named) {
            self.effect(Effect::Call(C::On::address(to), named));
        }
    }

    /// Sets a timer of this object, or moves it.
    pub fn set_timer<T: Timer>(&mut self, timer: &T, at: Timestamp)
    where
        T::On: Class<Product = P>,
    {
        self.schedule(&timer.name(), at);
    }

    /// Stops a timer, if it is set.
    pub fn stop_timer<T: Timer>(&mut self, timer: &T)
    where
        T::On: Class<Product = P>,
    {
        self.cancel(&timer.name());
    }

    /// Sets or moves a timer by name, for timers that every class has.
    pub fn schedule(&mut self, what: &str, at: Timestamp) {
        self.cancel(what);
        self.put(&key::due(what), &Due { at });
        self.put(&key::timer(at, what), &Due { at });
    }

    pub fn cancel(&mut self, what: &str) {
        if let Some(due) = self.get(&key::due(what)) {
            self.delete(&key::timer(due.at, what));
            self.delete(&key::due(what));
        }
    }

    /// Migrates an object of the first version: stores its timers by time too. This happens once, since the commit raises
    /// the version of the counters.
    pub fn order_timers(&mut self) {
        if std::mem::take(&mut self.counters.lacks_times) {
            for (what, due) in self.scan(&key::dues()) {
                self.put(&key::timer(due.at, &what), &due);
            }
        }
    }

    /// Commits the writes even if the rule rejects the command; mostly for counters.
    pub fn keep_on_rejection(&mut self) {
        self.kept = true;
    }

    pub fn is_kept_on_rejection(&self) -> bool {
        self.kept
    }

    /// Whether the rule wrote anything.
    pub fn is_untouched(&self) -> bool {
        self.writes.is_empty() && self.effects.is_empty()
    }

    /// The writes of this transaction, with the outbox rows it adds.
    pub fn finish(mut self) -> Result<Writes, String> {
        let since = self.now;
        let keys: Vec<&str> = self.writes.keys().map(String::as_str).collect();
        for (key, priority) in P::views_of(&self, &keys) {
            self.mark_stale(&key, priority);
        }
        for (key, priority) in std::mem::take(&mut self.stale) {
            let row = StaleKey { revision: self.revision, since, due: since, tries: 0, again: 0 };
            self.put(&key::stale(priority, &key), &row);
        }
        for effect in std::mem::take(&mut self.effects) {
            self.counters.effect += 1;
            let row = QueuedEffect { effect, since, due: since, tries: 0 };
            self.put(&key::pending::<P>(self.counters.effect), &row);
        }
        if !self.writes.is_empty() {
            self.order_timers();
            self.counters.revision = self.revision;
            let counters = self.counters.clone();
            self.put(&key::counters(), &counters);
        }
        match self.failure.into_inner() {
            None => Ok(self.writes),
            Some(why) => Err(why),
        }
    }

    fn keep_failure<T>(&self, result: Result<T, String>) -> Option<T> {
        result.map_err(|why| self.failure.borrow_mut().get_or_insert(why).clone()).ok()
    }
}
