//! What objects do when a timer goes off: a rule decides at once, a saga takes steps that wait.

use crate::{
    error::InternalError,
    object::{change::Change, context::Context, reply::Object},
    product::Guildhall,
    store::Transaction,
};

use futures_util::future::{LocalBoxFuture, ready};

use guildhall_kernel::{Class, Timer};

use std::rc::Rc;

/// Which object a timer is of.
type TeamKey<T> = <<T as Timer>::On as Class>::Id;

/// A timer whose work is one transaction. It stops itself or sets itself anew, or it comes back in a minute.
pub trait TimerRule: Timer<On: Class<Product = Guildhall>> {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: TeamKey<Self>);
}

/// A timer whose work waits for others between its transactions.
pub trait TimerSaga: Timer<On: Class<Product = Guildhall>> {
    fn fire(self, object: &Rc<Object>, id: TeamKey<Self>) -> impl Future<Output = Result<(), InternalError>>;
}

/// What is done; nothing where the timer is another one, or of other objects.
type Fire = for<'a> fn(&'a Rc<Object>, &str) -> Option<LocalBoxFuture<'a, Result<(), InternalError>>>;

/// How a timer is found by its name.
pub struct TimerHandler {
    name: &'static str,
    fire: Fire,
}

impl TimerHandler {
    /// Does it, where it is this timer and of such an object.
    pub fn fire<'a>(
        &self,
        object: &'a Rc<Object>,
        name: &str,
    ) -> Option<LocalBoxFuture<'a, Result<(), InternalError>>> {
        (self.fire)(object, name)
    }

    /// What it is of, without what a timer of many names beside.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

pub const fn timer_rule<T: TimerRule>() -> TimerHandler {
    TimerHandler {
        name: T::NAME,
        fire: |object, name| {
            let (timer, id) = (T::named(name)?, T::On::id(&object.name)?);
            Some(Box::pin(ready(object.write(|tx, context| timer.fire(tx, context, id)))))
        },
    }
}

pub const fn timer_saga<T: TimerSaga>() -> TimerHandler {
    TimerHandler {
        name: T::NAME,
        fire: |object, name| {
            let (timer, id) = (T::named(name)?, T::On::id(&object.name)?);
            Some(Box::pin(timer.fire(object, id)))
        },
    }
}
