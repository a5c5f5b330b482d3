//! What objects do with commands: a rule decides at once, a saga takes steps that wait.

use crate::{
    error::{InternalError, Rejection},
    object::{
        call::{Envelope, ObjectName},
        change::Change,
        class::ObjectCommand,
        context::Context,
        reply::{CommandResult, Object, to_json},
    },
    store::Transaction,
};
use futures_util::future::{LocalBoxFuture, ready};
use guildhall_kernel::{Class, IdOf, Named};
use std::rc::Rc;

/// A command that one transaction decides.
pub trait Rule: ObjectCommand {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: IdOf<Self>)
    -> Result<Self::Reply, Rejection>;
}

/// A command that waits for others, or for the platform, between its transactions. Each step commits, and what was cut short is
/// healed by a timer.
pub trait Saga: ObjectCommand {
    fn run(
        self,
        object: &Rc<Object>,
        id: IdOf<Self>,
        envelope: &Envelope,
    ) -> impl Future<Output = Result<CommandResult<Self::Reply>, InternalError>>;
}

type Run =
    for<'a> fn(&'a Rc<Object>, &'a Envelope, &'a Named) -> LocalBoxFuture<'a, Result<CommandResult, InternalError>>;

/// How a command is found by its name, and done.
pub struct Handler {
    name: &'static str,
    is_on: fn(&ObjectName) -> bool,
    run: Run,
}

impl Handler {
    /// Whether it does this command to this object.
    pub fn is_for(&self, object: &ObjectName, named: &Named) -> bool {
        self.name == named.name && (self.is_on)(object)
    }

    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub fn run<'a>(
        &self,
        object: &'a Rc<Object>,
        envelope: &'a Envelope,
        named: &'a Named,
    ) -> LocalBoxFuture<'a, Result<CommandResult, InternalError>> {
        (self.run)(object, envelope, named)
    }
}

pub const fn rule<C: Rule>() -> Handler {
    Handler { name: C::NAME, is_on: is_on::<C>, run: run_rule::<C> }
}

pub const fn saga<C: Saga>() -> Handler {
    Handler { name: C::NAME, is_on: is_on::<C>, run: run_saga::<C> }
}

fn is_on<C: ObjectCommand>(object: &ObjectName) -> bool {
    C::On::id(object).is_some()
}

fn open<C: ObjectCommand>(object: &Object, named: &Named) -> Result<(IdOf<C>, C), InternalError> {
    let id = C::On::id(&object.name).ok_or_else(|| InternalError::new(format!("{} is for other objects", C::NAME)))?;
    Ok((id, named.with.read()?))
}

fn run_rule<'a, C: Rule>(
    object: &'a Rc<Object>,
    envelope: &'a Envelope,
    named: &'a Named,
) -> LocalBoxFuture<'a, Result<CommandResult, InternalError>> {
    let decide = || {
        let (id, command) = open::<C>(object, named)?;
        sent(object.change(envelope, |tx, context| command.decide(tx, context, id))?)
    };
    Box::pin(ready(decide()))
}

fn run_saga<'a, C: Saga>(
    object: &'a Rc<Object>,
    envelope: &'a Envelope,
    named: &'a Named,
) -> LocalBoxFuture<'a, Result<CommandResult, InternalError>> {
    Box::pin(async move {
        let (id, command) = open::<C>(object, named)?;
        sent::<C::Reply>(command.run(object, id, envelope).await?)
    })
}

/// A reply as it goes back to the caller.
fn sent<T: serde::Serialize>(answer: CommandResult<T>) -> Result<CommandResult, InternalError> {
    answer.map_or_else(|rejection| Ok(Err(rejection)), |reply| to_json(&reply).map(Ok))
}
