//! How every object works: load, let a rule decide, commit in one transaction, start the outbox, answer. Also the alarm,
//! which never returns an error.

use crate::{
    Address as _, Ask, Call as _, Host, InternalError, Json, Product, Replied, Transaction, Writes, key, outbox, timer,
};
use futures_channel::oneshot;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use guildhall_shared::{Timestamp, timestamp::SECOND};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// How soon the alarm retries rows that a flush left behind.
const BACKSTOP: i64 = 5 * SECOND;
/// How soon a timer fires again after its work failed.
const RETRY_DUE: i64 = 60 * SECOND;

pub struct Object<P: Product> {
    pub name: P::Address,
    pub host: Box<dyn Host<P>>,
    pub(crate) flush: RefCell<Option<Flush>>,
    /// Wakes a flush that waits until a key may be put again.
    pub(crate) wakeup: RefCell<Option<oneshot::Sender<()>>>,
    /// Whether outbox rows were written since the flush last scanned.
    pub(crate) has_more: Cell<bool>,
    /// When each key was last put. KV takes one put per key and second.
    pub(crate) last_put: RefCell<HashMap<String, Timestamp>>,
    armed: Cell<Option<Timestamp>>,
}

impl<P: Product> Object<P> {
    pub fn new(name: P::Address, host: impl Host<P> + 'static) -> Rc<Self> {
        Rc::new(Self {
            name,
            host: Box::new(host),
            flush: RefCell::default(),
            wakeup: RefCell::default(),
            has_more: Cell::new(false),
            last_put: RefCell::default(),
            armed: Cell::new(None),
        })
    }

    /// Answers a call.
    pub async fn handle(self: &Rc<Self>, call: P::Call) -> Result<Replied<P>, InternalError> {
        if let Ask::Read(read) = call.ask() {
            let found = read.run::<P>(self.host.records(), self.host.now());
            outbox::flush_if_stale(self);
            let answer = Ok(Json::of(&found?)?);
            return Ok(Replied { answer, replayed: false, aside: P::Aside::default() });
        }
        P::handle(Rc::clone(self), call).await
    }

    /// A transaction over the object's current records.
    pub fn begin(&self) -> Transaction<'_, P> {
        Transaction::new(self.host.records(), self.host.now())
    }

    /// Reads through a transaction and commits nothing.
    pub fn read<T>(&self, rule: impl FnOnce(&Transaction<'_, P>) -> T) -> T {
        rule(&self.begin())
    }

    /// Commits and sets the alarm in the same turn.
    pub fn commit(&self, writes: &Writes) -> Result<(), InternalError> {
        if writes.is_empty() {
            return Ok(());
        }
        self.host.commit(writes)?;
        if writes.iter().any(|(key, row)| row.is_some() && key::is_outbox(key)) {
            self.has_more.set(true);
        }
        self.arm()
    }

    /// Starts the outbox if a commit has added rows, without waiting for it.
    pub fn start_outbox(self: &Rc<Self>) {
        outbox::start(self);
    }

    /// Starts the outbox after a delay, so that response times reveal nothing about its work.
    pub fn start_outbox_in_background(self: &Rc<Self>) {
        outbox::flush_in_background(self);
    }

    /// Flushes until no row is due.
    pub async fn flush_outbox(self: &Rc<Self>) {
        outbox::flush_all(self).await;
    }

    /// Flushes. Returns whether every effect has been performed.
    pub async fn has_performed_all(self: &Rc<Self>) -> Result<bool, InternalError> {
        outbox::has_performed_all(self).await
    }

    /// Whether the outbox is empty.
    pub fn is_settled(&self) -> Result<bool, InternalError> {
        let records = self.host.records();
        Ok(records.scan(key::stales().as_str(), "", 1)?.is_empty()
            && records.scan(key::pendings::<P>().as_str(), "", 1)?.is_empty())
    }

    /// Sets the alarm to the earliest of all timers.
    pub(crate) fn arm(&self) -> Result<(), InternalError> {
        let records = self.host.records();
        let now = self.host.now();
        let mut least = timer::first(records)?;
        if let Some(due) = outbox::next_due(self)? {
            let backstop = due.max(now.plus(BACKSTOP));
            least = Some(least.map_or(backstop, |least| least.min(backstop)));
        }
        if let Some(at) = least {
            let at = at.max(now.plus(1));
            // An alarm that fires early finds nothing due and sets the next one. So an alarm is only ever moved to an
            // earlier time, and most changes write none.
            if self.armed.get().is_none_or(|armed| at < armed) {
                self.armed.set(Some(at));
                self.host.set_alarm(at);
            }
        }
        Ok(())
    }

    /// Migrates the timers of an object of the first version. Every commit of a transaction does the same; this is for code
    /// that looks for the next timer without a commit.
    pub(crate) fn order_timers(&self) -> Result<(), InternalError> {
        let mut tx = self.begin();
        tx.order_timers();
        self.commit(&tx.finish()?)
    }

    /// Runs the alarm. Sets the next one before it starts, and logs failures.
    pub async fn alarm(self: &Rc<Self>) {
        self.armed.set(None);
        if let Err(error) = self.try_alarm().await {
            self.host.log(&self.name.logged(), &error);
            self.armed.set(None);
            self.host.set_alarm(self.host.now().plus(RETRY_DUE));
        }
    }

    async fn try_alarm(self: &Rc<Self>) -> Result<(), InternalError> {
        let now = self.host.now();
        self.order_timers()?;
        let due = timer::expired(self.host.records(), now)?;
        if due.is_empty() && self.is_settled()? {
            // Nothing to do: setting the backstop here would repeat it for ever.
            return self.arm();
        }
        let mut tx = self.begin();
        for what in &due {
            tx.schedule(what, now.plus(RETRY_DUE));
        }
        let writes = tx.finish()?;
        self.commit(&writes)?;
        self.host.set_alarm(now.plus(BACKSTOP));
        for what in due {
            if let Err(error) = self.fire(&what).await {
                self.host.log(&format!("{} {what}", self.name.logged()), &error);
            }
        }
        outbox::flush_all(self).await;
        self.armed.set(None);
        self.arm()
    }

    async fn fire(self: &Rc<Self>, what: &str) -> Result<(), InternalError> {
        match what.strip_prefix("resend/") {
            Some(again) => self.commit(&outbox::resend(self, what, again)?),
            None => P::fire(Rc::clone(self), what.to_owned()).await,
        }
    }
}

/// A flush that several callers may await.
pub(crate) type Flush = Shared<LocalBoxFuture<'static, ()>>;

pub(crate) fn shared(flush: impl Future<Output = ()> + 'static) -> Flush {
    flush.boxed_local().shared()
}
