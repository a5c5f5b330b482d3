//! How every object works: load, let a rule decide, commit in one transaction, start the outbox, answer. And the alarm, which
//! never fails.

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

/// When the alarm looks at rows that a flush left.
const BACKSTOP: i64 = 5 * SECOND;
/// When a timer goes off again whose work was not done.
const RETRY_DUE: i64 = 60 * SECOND;

pub struct Object<P: Product> {
    pub name: P::Address,
    pub host: Box<dyn Host<P>>,
    pub(crate) flush: RefCell<Option<Flush>>,
    /// Wakes a flush that pauses for a key.
    pub(crate) nap: RefCell<Option<oneshot::Sender<()>>>,
    /// Whether rows were written since the flush looked.
    pub(crate) has_more: Cell<bool>,
    /// When each key was last put into KV, which takes one put per key and second.
    pub(crate) last_put: RefCell<HashMap<String, Timestamp>>,
    armed: Cell<Option<Timestamp>>,
}

impl<P: Product> Object<P> {
    pub fn new(name: P::Address, host: impl Host<P> + 'static) -> Rc<Self> {
        Rc::new(Self {
            name,
            host: Box::new(host),
            flush: RefCell::default(),
            nap: RefCell::default(),
            has_more: Cell::new(false),
            last_put: RefCell::default(),
            armed: Cell::new(None),
        })
    }

    /// Answers a call.
    pub async fn handle(self: &Rc<Self>, call: P::Call) -> Result<Replied<P>, InternalError> {
        if let Ask::Read(read) = call.ask() {
            let found = read.run::<P>(self.host.records(), self.host.now());
            outbox::nudge(self);
            let answer = Ok(Json::of(&found?)?);
            return Ok(Replied { answer, replayed: false, aside: P::Aside::default() });
        }
        P::handle(Rc::clone(self), call).await
    }

    /// A transaction over the object's records as they stand.
    pub fn begin(&self) -> Transaction<'_, P> {
        Transaction::new(self.host.records(), self.host.now())
    }

    /// Reads what a rule would read, and changes nothing.
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

    /// Starts the outbox where a commit has left it something. Nobody waits for it.
    pub fn start_outbox(self: &Rc<Self>) {
        outbox::start(self);
    }

    /// The same when the answer has long left: its work must not show in the time of the answer.
    pub fn start_outbox_unseen(self: &Rc<Self>) {
        outbox::start_unseen(self);
    }

    /// Flushes until nothing is left that is due.
    pub async fn flush_outbox(self: &Rc<Self>) {
        outbox::flush_all(self).await;
    }

    /// Flushes, and says whether every effect has been performed.
    pub async fn has_performed_all(self: &Rc<Self>) -> Result<bool, InternalError> {
        outbox::has_performed_all(self).await
    }

    /// Whether nothing waits in the outbox.
    pub fn is_settled(&self) -> Result<bool, InternalError> {
        let records = self.host.records();
        Ok(records.scan(key::stales().as_str(), "", 1)?.is_empty()
            && records.scan(key::pendings::<P>().as_str(), "", 1)?.is_empty())
    }

    /// Sets the alarm to the least of all timers.
    pub(crate) fn arm(&self) -> Result<(), InternalError> {
        let records = self.host.records();
        let now = self.host.now();
        let mut least = timer::first(records)?;
        if let Some(due) = outbox::soonest(self)? {
            let backstop = due.max(now.plus(BACKSTOP));
            least = Some(least.map_or(backstop, |least| least.min(backstop)));
        }
        if let Some(at) = least {
            let at = at.max(now.plus(1));
            // An alarm that comes early finds nothing due and sets the next one, so it is only ever
            // moved forward: most changes then write no alarm at all.
            if self.armed.get().is_none_or(|armed| at < armed) {
                self.armed.set(Some(at));
                self.host.set_alarm(at);
            }
        }
        Ok(())
    }

    /// Stores the timers by time too where the object was last written before they were. A commit of a transaction does
    /// so by itself; this is for whoever looks for the next timer without one.
    pub(crate) fn order_timers(&self) -> Result<(), InternalError> {
        let mut tx = self.begin();
        tx.order_timers();
        self.commit(&tx.finish()?)
    }

    /// What the alarm does. It sets the next one before it works, and what fails is logged.
    pub async fn alarm(self: &Rc<Self>) {
        self.armed.set(None);
        if let Err(error) = self.alarm_or_why().await {
            self.host.log(&self.name.logged(), &error);
            self.armed.set(None);
            self.host.set_alarm(self.host.now().plus(RETRY_DUE));
        }
    }

    async fn alarm_or_why(self: &Rc<Self>) -> Result<(), InternalError> {
        let now = self.host.now();
        self.order_timers()?;
        let due = timer::gone_off(self.host.records(), now)?;
        if due.is_empty() && self.is_settled()? {
            // Nothing to do: an alarm set now would go on for ever.
            return self.arm();
        }
        let mut tx = self.begin();
        for what in &due {
            tx.due(what, now.plus(RETRY_DUE));
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

/// A flush that several may wait for.
pub(crate) type Flush = Shared<LocalBoxFuture<'static, ()>>;

pub(crate) fn shared(flush: impl Future<Output = ()> + 'static) -> Flush {
    flush.boxed_local().shared()
}
