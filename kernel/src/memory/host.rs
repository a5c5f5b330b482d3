//! The host of an object in the in-memory world.

use super::{Primary, World};
use crate::{Host, InternalError, ListQuery, Names, Product, Records, Replied, Runtime, Stored, Writes, list};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{Timestamp, timestamp::SECOND};
use std::{cell::Cell, rc::Rc};

/// The host of one object.
pub(super) struct MemoryHost<P: Product> {
    pub world: Rc<World<P>>,
    pub name: P::Address,
    pub primary: Primary,
    /// Whether the object was evicted.
    pub gone: Rc<Cell<bool>>,
}

impl<P: Product> MemoryHost<P> {
    fn is_there(&self) -> Result<(), InternalError> {
        if self.gone.get() { Err(InternalError::new(format!("{:?} was evicted", self.name))) } else { Ok(()) }
    }
}

impl<P: Product> Records for MemoryHost<P> {
    fn get(&self, key: &str) -> Result<Option<Stored>, String> {
        let found = self.primary.borrow().get(key).cloned();
        self.world.count_rows(usize::from(found.is_some()));
        Ok(found)
    }

    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String> {
        let records = self.primary.borrow();
        let from = if after > prefix { after } else { prefix };
        let rows = records.range(from.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        let rows = rows.filter(|(key, _)| key.as_str() > after).take(limit);
        let found: Vec<(String, Stored)> = rows.map(|(k, v)| (k.clone(), v.clone())).collect();
        self.world.count_rows(found.len());
        Ok(found)
    }

    /// Without an index: this is what the platform's is held against. Only what an index would give counts as read.
    fn list(&self, prefix: &str, query: &ListQuery) -> Result<Vec<(String, Stored)>, String> {
        let records = self.primary.borrow();
        let rows = records.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        let rows = rows.map(|(key, stored)| (key.clone(), stored.clone())).collect();
        let found = list::select::<P>(rows, query);
        self.world.count_rows(found.len());
        Ok(found)
    }
}

impl<P: Product> Runtime<P> for MemoryHost<P> {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        self.world.fill(bytes)
    }

    fn installation(&self) -> Rc<P::Installation> {
        self.world.installation()
    }

    fn call(&self, call: P::Call) -> LocalBoxFuture<'_, Result<Replied<P>, InternalError>> {
        self.world.call(call)
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        self.world.spawn(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        self.world.sleep(millis)
    }

    fn log(&self, about: &str, error: &InternalError) {
        self.world.log(about, error);
    }
}

impl<P: Product> Host<P> for MemoryHost<P> {
    fn records(&self) -> &dyn Records {
        self
    }

    fn commit(&self, writes: &Writes) -> Result<(), InternalError> {
        self.is_there()?;
        if self.world.fails(self.world.faults.get().commit) {
            return Err(InternalError::new("the commit failed"));
        }
        let mut records = self.primary.borrow_mut();
        for (key, stored) in writes {
            match stored {
                Some(stored) => records.insert(key.clone(), stored.clone()),
                None => records.remove(key),
            };
        }
        Ok(())
    }

    fn set_alarm(&self, at: Timestamp) {
        if self.gone.get() {
            return;
        }
        self.world.alarms.borrow_mut().insert(self.name.clone(), at);
    }

    fn replicate<'a>(
        &'a self,
        key: &'a str,
        value: Option<&'a Stored>,
    ) -> LocalBoxFuture<'a, Result<(), InternalError>> {
        // A put carries the value from when it was sent.
        let (value, key) = (value.cloned(), key.to_owned());
        Box::pin(async move {
            let faults = self.world.faults.get();
            if faults.put_delay > 0 {
                let delay = u64::from(self.world.random_below(faults.put_delay));
                self.sleep(delay).await;
            }
            self.is_there()?;
            if self.world.fails(faults.put_before) {
                return Err(InternalError::new("KV refused the put"));
            }
            let now = self.world.now();
            let last = self.world.put_at.borrow_mut().insert(key.clone(), now);
            if faults.one_put_per_second && last.is_some_and(|last| now.since(last) < SECOND) {
                return Err(InternalError::new("KV answered 429"));
            }
            match value.filter(|stored| stored.expires.is_none_or(|at| at > now)) {
                Some(stored) => self.world.kv.borrow_mut().insert(key, stored),
                None => self.world.kv.borrow_mut().remove(&key),
            };
            if self.world.fails(faults.put_after) {
                return Err(InternalError::new("the answer of KV was lost"));
            }
            Ok(())
        })
    }

    fn names<'a>(
        &'a self,
        prefix: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> LocalBoxFuture<'a, Result<Names, InternalError>> {
        Box::pin(async move {
            self.is_there()?;
            let replica = self.world.replica();
            let after = cursor.unwrap_or_default();
            let mut names = replica.into_keys().filter(|name| name.starts_with(prefix) && name.as_str() > after);
            let page: Vec<String> = names.by_ref().take(most).collect();
            let cursor = names.next().and(page.last().cloned());
            Ok(Names { names: page, cursor })
        })
    }

    fn deliver(&self, letter: P::Letter) -> LocalBoxFuture<'_, Result<(), InternalError>> {
        Box::pin(async move {
            self.is_there()?;
            if self.world.fails(self.world.faults.get().mail) {
                return Err(InternalError::new("the mail was not taken"));
            }
            self.world.letters.borrow_mut().push(letter);
            Ok(())
        })
    }
}
