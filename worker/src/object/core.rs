//! How every object works: load, let a rule decide, commit in one transaction, start the outbox, answer.
//! And the alarm, which never fails.

use super::{Answered, Command, Envelope, ObjectName, Origin, Replied, outbox};
use crate::{
    domain::{Context, access, idempotency, refused},
    error::{Broken, Refusal, log},
    store::{Draft, Host, draft::Writes, key},
};
use futures_channel::oneshot;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use guildhall_shared::{Timestamp, timestamp::SECOND};
use serde::Serialize;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// When the alarm looks at rows that a flight left.
const BACKSTOP: i64 = 5 * SECOND;
/// When a due thing is tried again that was not done.
const RETRY_DUE: i64 = 60 * SECOND;

pub struct Object<H> {
    pub name: ObjectName,
    pub host: H,
    pub(super) flight: RefCell<Option<Flight>>,
    /// Wakes a flight that pauses for a key.
    pub(super) nap: RefCell<Option<oneshot::Sender<()>>>,
    /// Whether rows were written since the flight looked.
    pub(super) has_more: Cell<bool>,
    /// When each key was last put into KV, which takes one put per key and second.
    pub(super) last_put: RefCell<HashMap<String, Timestamp>>,
    armed: Cell<Option<Timestamp>>,
}

impl<H: Host + 'static> Object<H> {
    pub fn new(name: ObjectName, host: H) -> Rc<Self> {
        Rc::new(Self {
            name,
            host,
            flight: RefCell::default(),
            nap: RefCell::default(),
            has_more: Cell::new(false),
            last_put: RefCell::default(),
            armed: Cell::new(None),
        })
    }

    /// Answers one envelope.
    pub async fn handle(self: &Rc<Self>, envelope: Envelope) -> Result<Replied, Broken> {
        if let Command::Read(read) = &envelope.command {
            let answer = read.run(self.host.records(), self.host.now());
            outbox::nudge(self);
            return Ok(Ok(answer?).into());
        }
        if let Some(answer) = self.known_answer(&envelope)? {
            return Ok(Replied { answer, replayed: true, limits: vec![] });
        }
        let limits = Rc::clone(&envelope.limits);
        let answer = match &self.name {
            ObjectName::Team(id) => super::team::handle(self, *id, envelope).await,
            ObjectName::Account(id) => super::account::handle(self, *id, envelope).await,
            ObjectName::Email(hash) => super::email::handle(self, hash, &envelope),
            ObjectName::Namespace(name) => super::namespace::handle(self, name, &envelope),
            ObjectName::Address(_) => super::address::handle(self, &envelope),
            ObjectName::Installation => super::installation::handle(self, &envelope),
        };
        Ok(Replied { limits: limits.take(), ..answer?.into() })
    }

    /// Lets a rule decide, commits, and starts the outbox. The answer waits for nothing: what was committed holds.
    pub fn change<T: Serialize>(
        self: &Rc<Self>,
        envelope: &Envelope,
        rule: impl FnOnce(&mut Draft<'_>, &Context<'_>) -> Result<T, Refusal>,
    ) -> Result<Answered, Broken> {
        let answer = self.decide(envelope, true, rule)?;
        outbox::start(self);
        Ok(answer)
    }

    /// A change by the platform that no rule can refuse.
    pub fn write(self: &Rc<Self>, write: impl FnOnce(&mut Draft<'_>, &Context<'_>)) -> Result<(), Broken> {
        let written = self.change(&self.system(), |draft, context| {
            write(draft, context);
            Ok(())
        });
        written.map(drop)
    }

    /// What a timer of this object acts as.
    pub(super) fn system(&self) -> Envelope {
        Envelope::system(self.name.clone(), Command::Read(super::Read::default()), Origin::default())
    }

    /// Load, rule, commit, alarm: all in one turn. `last` says whether this decides the call, so
    /// that its answer is kept for a repeated one.
    pub fn decide<T: Serialize>(
        self: &Rc<Self>,
        envelope: &Envelope,
        last: bool,
        rule: impl FnOnce(&mut Draft<'_>, &Context<'_>) -> Result<T, Refusal>,
    ) -> Result<Answered, Broken> {
        let mut draft = Draft::new(self.host.records(), self.host.now());
        let answer = match self.in_context(envelope, |context| rule(&mut draft, context))? {
            Ok(reply) => Ok(super::to_json(&reply)?),
            Err(refusal) => Err(refusal),
        };
        if answer.is_err() && !draft.is_kept_on_refusal() {
            // Nothing is written. A refusal that comes of a read that failed is none.
            let refused = draft.refused();
            draft.into_commit()?;
            if let Some((account, action)) = refused {
                let mut draft = Draft::new(self.host.records(), self.host.now());
                refused::count(&mut draft, account, action);
                self.commit(&draft.into_commit()?)?;
            }
            if last {
                self.forget_begun(envelope)?;
            }
            return Ok(answer);
        }
        envelope.note_limits(draft.limits());
        if let (Some(idempotency), Ok(reply)) = (&envelope.idempotency, &answer) {
            if last {
                idempotency::keep(&mut draft, idempotency, reply);
            } else {
                idempotency::begin(&mut draft, idempotency);
            }
        }
        self.commit(&draft.into_commit()?)?;
        Ok(answer)
    }

    /// What a rule knows of this call. Where it got no random bytes it has gone on all the same, and nothing that it
    /// says or writes is used.
    fn in_context<T>(&self, envelope: &Envelope, rule: impl FnOnce(&Context<'_>) -> T) -> Result<T, Broken> {
        let installation = self.host.installation();
        let without = RefCell::new(None);
        let chance = |bytes: &mut [u8]| {
            if let Err(broken) = self.host.random(bytes) {
                *without.borrow_mut() = Some(broken);
            }
        };
        let answer = rule(&Context {
            caller: &envelope.caller,
            origin: &envelope.origin,
            if_match: envelope.if_match.as_deref(),
            installation: &installation,
            chance: &chance,
        });
        without.take().map_or(Ok(answer), Err)
    }

    /// Commits and sets the alarm in the same turn.
    pub(super) fn commit(&self, writes: &Writes) -> Result<(), Broken> {
        if writes.is_empty() {
            return Ok(());
        }
        self.host.commit(writes)?;
        if writes.iter().any(|(key, row)| row.is_some() && key::is_outbox(key)) {
            self.has_more.set(true);
        }
        self.arm()
    }

    /// Reads what a rule would read, and changes nothing.
    pub fn look<T>(&self, rule: impl FnOnce(&Draft<'_>) -> T) -> T {
        rule(&Draft::new(self.host.records(), self.host.now()))
    }

    fn known_answer(&self, envelope: &Envelope) -> Result<Option<Answered>, Broken> {
        let Some(idempotency) = &envelope.idempotency else { return Ok(None) };
        let draft = Draft::new(self.host.records(), self.host.now());
        let team = match &self.name {
            ObjectName::Team(id) => Some(*id),
            _ => None,
        };
        // What was asked of the first caller is asked again. Whoever may no longer gets no answer that was
        // kept: the call goes on to its rule, which says why not.
        let known = self.in_context(envelope, |context| {
            let known = idempotency::known(&draft, idempotency);
            known.filter(|known| access::may_still(&draft, context, team, &known.asked))
        })?;
        let known = known.map(|known| known.answer);
        draft.into_commit()?;
        Ok(known)
    }

    /// A call that was refused half-way may be repeated with the same key.
    pub(super) fn forget_begun(&self, envelope: &Envelope) -> Result<(), Broken> {
        let Some(idempotency) = &envelope.idempotency else { return Ok(()) };
        let mut draft = Draft::new(self.host.records(), self.host.now());
        idempotency::drop_begun(&mut draft, idempotency);
        self.commit(&draft.into_commit()?)
    }

    /// Whether nothing waits in the outbox.
    pub(super) fn is_settled(&self) -> Result<bool, Broken> {
        let records = self.host.records();
        Ok(records.scan(key::dirties().as_str(), "", 1)?.is_empty()
            && records.scan(key::pendings().as_str(), "", 1)?.is_empty())
    }

    /// Sets the alarm to the least of all due things.
    pub(super) fn arm(&self) -> Result<(), Broken> {
        let records = self.host.records();
        let now = self.host.now();
        let mut least: Option<Timestamp> = None;
        for (_, row) in records.scan(key::dues().as_str(), "", usize::MAX)? {
            let (_, due) = crate::store::decode::<crate::store::draft::Due>(&row.value)?;
            least = Some(least.map_or(due.at, |least| least.min(due.at)));
        }
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

    /// What the alarm does. It sets the next one before it works, and what fails is logged.
    pub async fn alarm(self: &Rc<Self>) {
        self.armed.set(None);
        if let Err(broken) = self.alarm_or_why().await {
            log(&self.name.logged(), &broken);
            self.armed.set(None);
            self.host.set_alarm(self.host.now().plus(RETRY_DUE));
        }
    }

    async fn alarm_or_why(self: &Rc<Self>) -> Result<(), Broken> {
        let now = self.host.now();
        let prefix = key::dues();
        let mut draft = Draft::new(self.host.records(), now);
        let due: Vec<String> =
            draft.scan(&prefix).into_iter().filter(|(_, due)| due.at <= now).map(|(what, _)| what).collect();
        if due.is_empty() && self.is_settled()? {
            // Nothing to do: an alarm set now would go on for ever.
            draft.into_commit()?;
            return self.arm();
        }
        for what in &due {
            draft.due(what, now.plus(RETRY_DUE));
        }
        self.commit(&draft.into_commit()?)?;
        self.host.set_alarm(now.plus(BACKSTOP));
        for what in due {
            if let Err(broken) = self.do_due(&what).await {
                log(&format!("{} {what}", self.name.logged()), &broken);
            }
        }
        outbox::fly(self).await;
        self.armed.set(None);
        self.arm()
    }

    async fn do_due(self: &Rc<Self>, what: &str) -> Result<(), Broken> {
        if let Some(again) = what.strip_prefix("resend/") {
            return self.commit(&outbox::resend(self, what, again)?);
        }
        if what == idempotency::DUE {
            return self.write(|draft, _| idempotency::forget(draft));
        }
        match &self.name {
            ObjectName::Team(id) => super::team::due(self, *id, what).await,
            ObjectName::Account(id) => super::account::due(self, *id, what).await,
            ObjectName::Email(hash) => super::email::due(self, &hash.clone(), what).await,
            ObjectName::Namespace(name) => super::namespace::due(self, &name.clone(), what).await,
            ObjectName::Address(_) => super::address::due(self),
            ObjectName::Installation => super::installation::due(self, what).await,
        }
    }

    /// Asks another object for a caller whose own budget it counts in.
    pub async fn ask_for(&self, envelope: &Envelope, to: ObjectName, command: Command) -> Result<Answered, Broken> {
        let asked = Envelope::system(to.clone(), command, envelope.origin.clone());
        let Replied { answer, limits, .. } = self.host.call(to, asked).await?;
        envelope.note_limits(limits);
        Ok(answer)
    }

    /// Asks another object, as the platform itself.
    pub async fn ask(&self, to: ObjectName, command: Command, origin: &Origin) -> Result<Answered, Broken> {
        Ok(self.host.call(to.clone(), Envelope::system(to, command, origin.clone())).await?.answer)
    }
}

/// A flight that several may wait for.
pub(super) type Flight = Shared<LocalBoxFuture<'static, ()>>;

pub(super) fn shared(flight: impl Future<Output = ()> + 'static) -> Flight {
    flight.boxed_local().shared()
}
