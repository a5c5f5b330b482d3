//! How a call becomes a change: the rule decides, its answer is kept for a repeated call, one commit, and the outbox starts.

use crate::{
    access::policy,
    error::{InternalError, Rejection},
    features::audit::refused,
    object::{
        call::{Caller, Envelope, ObjectName, Origin},
        class::ObjectCommand,
        context::Context,
        idempotency,
        reply::{CommandResult, Object, Replied, from_json, to_json},
    },
    store::Transaction,
};
use guildhall_kernel::{Ask, IdOf, Read};
use serde::{Serialize, de::DeserializeOwned};
use std::{cell::RefCell, rc::Rc};

/// What an object of the product does beside the kernel's mechanism.
pub trait Change {
    /// Lets a rule decide, commits, and starts the outbox. The answer waits for nothing: what was committed holds.
    fn change<T: Serialize>(
        self: &Rc<Self>,
        envelope: &Envelope,
        rule: impl FnOnce(&mut Transaction<'_>, &Context<'_>) -> Result<T, Rejection>,
    ) -> Result<CommandResult<T>, InternalError>;

    /// A change by the platform that no rule can refuse.
    fn write(self: &Rc<Self>, write: impl FnOnce(&mut Transaction<'_>, &Context<'_>)) -> Result<(), InternalError>;

    /// What a timer of this object acts as.
    fn system(&self) -> Envelope;

    /// Load, rule, commit, alarm: all in one turn. `last` says whether this decides the call, so that its answer is kept for
    /// a repeated one.
    fn decide<T: Serialize>(
        &self,
        envelope: &Envelope,
        last: bool,
        rule: impl FnOnce(&mut Transaction<'_>, &Context<'_>) -> Result<T, Rejection>,
    ) -> Result<CommandResult<T>, InternalError>;

    /// What is known of a call that is repeated.
    fn known_answer(&self, envelope: &Envelope) -> Result<Option<CommandResult>, InternalError>;

    /// A call that was refused half-way may be repeated with the same key.
    fn forget_begun(&self, envelope: &Envelope) -> Result<(), InternalError>;

    /// Asks another object, as the platform itself.
    fn ask<C: ObjectCommand>(
        &self,
        to: &IdOf<C>,
        command: &C,
        origin: &Origin,
    ) -> impl Future<Output = Result<CommandResult<C::Reply>, InternalError>>;

    /// Asks another object for a caller whose own budget it counts in.
    fn ask_for<C: ObjectCommand>(
        &self,
        envelope: &Envelope,
        to: &IdOf<C>,
        command: &C,
    ) -> impl Future<Output = Result<CommandResult<C::Reply>, InternalError>>;
}

impl Change for Object {
    fn change<T: Serialize>(
        self: &Rc<Self>,
        envelope: &Envelope,
        rule: impl FnOnce(&mut Transaction<'_>, &Context<'_>) -> Result<T, Rejection>,
    ) -> Result<CommandResult<T>, InternalError> {
        let answer = self.decide(envelope, true, rule)?;
        self.start_outbox();
        Ok(answer)
    }

    fn write(self: &Rc<Self>, write: impl FnOnce(&mut Transaction<'_>, &Context<'_>)) -> Result<(), InternalError> {
        let written = self.change(&self.system(), |tx, context| {
            write(tx, context);
            Ok(())
        });
        written.map(drop)
    }

    fn system(&self) -> Envelope {
        Envelope::new(Caller::System, self.name.clone(), Ask::Read(Read::default()), Origin::default())
    }

    fn decide<T: Serialize>(
        &self,
        envelope: &Envelope,
        last: bool,
        rule: impl FnOnce(&mut Transaction<'_>, &Context<'_>) -> Result<T, Rejection>,
    ) -> Result<CommandResult<T>, InternalError> {
        let mut tx = self.begin();
        let answer = in_context(self, envelope, |context| rule(&mut tx, context))?;
        if answer.is_err() && !tx.is_kept_on_rejection() {
            // Nothing is written. After a failed read, `finish` returns that failure instead of the rejection.
            let refused = tx.notes.refused();
            tx.finish()?;
            if let Some((account, action)) = refused {
                let mut tx = self.begin();
                refused::count(&mut tx, account, action);
                self.commit(&tx.finish()?)?;
            }
            if last {
                self.forget_begun(envelope)?;
            }
            return Ok(answer);
        }
        envelope.note_limits(tx.notes.limits());
        if let (Some(idempotency), Ok(reply)) = (&envelope.idempotency, &answer) {
            if last {
                idempotency::keep(&mut tx, idempotency, &to_json(reply)?);
            } else {
                idempotency::begin(&mut tx, idempotency);
            }
        }
        self.commit(&tx.finish()?)?;
        Ok(answer)
    }

    fn known_answer(&self, envelope: &Envelope) -> Result<Option<CommandResult>, InternalError> {
        let Some(idempotency) = &envelope.idempotency else { return Ok(None) };
        let tx = self.begin();
        let team = match &self.name {
            ObjectName::Team(id) => Some(*id),
            _ => None,
        };
        // What was asked of the first caller is asked again. Whoever may no longer gets no answer that was
        // kept: the call continues to its rule, which says why not.
        let known = in_context(self, envelope, |context| {
            let known = idempotency::known(&tx, idempotency);
            known.filter(|known| policy::may_still(&tx, context, team, &known.asked))
        })?;
        let known = known.map(|known| known.answer);
        tx.finish()?;
        Ok(known)
    }

    fn forget_begun(&self, envelope: &Envelope) -> Result<(), InternalError> {
        let Some(idempotency) = &envelope.idempotency else { return Ok(()) };
        let mut tx = self.begin();
        idempotency::drop_begun(&mut tx, idempotency);
        self.commit(&tx.finish()?)
    }

    async fn ask<C: ObjectCommand>(
        &self,
        to: &IdOf<C>,
        command: &C,
        origin: &Origin,
    ) -> Result<CommandResult<C::Reply>, InternalError> {
        let asked = Envelope::system(to, command, origin.clone())?;
        received(self.host.call(asked).await?.answer)
    }

    async fn ask_for<C: ObjectCommand>(
        &self,
        envelope: &Envelope,
        to: &IdOf<C>,
        command: &C,
    ) -> Result<CommandResult<C::Reply>, InternalError> {
        let asked = Envelope::system(to, command, envelope.origin.clone())?;
        let Replied { answer, aside, .. } = self.host.call(asked).await?;
        envelope.note_limits(aside);
        received(answer)
    }
}

/// What a rule knows of this call. Where it got no random bytes it has gone on all the same, and nothing that it says or
/// writes is used.
/// Calls what needs the context of a call.
pub fn in_context<T>(
    object: &Object,
    envelope: &Envelope,
    rule: impl FnOnce(&Context<'_>) -> T,
) -> Result<T, InternalError> {
    let installation = object.host.installation();
    let without = RefCell::new(None);
    let rng = |bytes: &mut [u8]| {
        if let Err(error) = object.host.random(bytes) {
            *without.borrow_mut() = Some(error);
        }
    };
    let answer = rule(&Context {
        caller: &envelope.caller,
        origin: &envelope.origin,
        if_match: envelope.if_match.as_deref(),
        installation: &installation,
        rng: &rng,
    });
    without.take().map_or(Ok(answer), Err)
}

fn received<T: DeserializeOwned>(answer: CommandResult) -> Result<CommandResult<T>, InternalError> {
    answer.map_or_else(|rejection| Ok(Err(rejection)), |reply| from_json(&reply).map(Ok))
}
