//! What objects do when a timer goes off: a rule decides at once, a saga takes steps that wait.

use super::{Change, Object};
use crate::{domain::Context, error::Broken, product::Guildhall, store::Draft};
use futures_util::future::{LocalBoxFuture, ready};
use guildhall_kernel::{Class, Timer};
use std::rc::Rc;

/// Which object a timer is of.
type Of<T> = <<T as Timer>::On as Class>::Id;

/// A timer whose work is one transaction. It stops itself or sets itself anew, or it comes back in a minute.
pub trait TimerRule: Timer<On: Class<Product = Guildhall>> {
    fn fire(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: Of<Self>);
}

/// A timer whose work waits for others between its transactions.
pub trait TimerSaga: Timer<On: Class<Product = Guildhall>> {
    fn fire(self, object: &Rc<Object>, id: Of<Self>) -> impl Future<Output = Result<(), Broken>>;
}

/// What is done; nothing where the timer is another one, or of other objects.
type Fire = for<'a> fn(&'a Rc<Object>, &str) -> Option<LocalBoxFuture<'a, Result<(), Broken>>>;

/// How a timer is found by its name.
pub struct TimerHandler(Fire);

pub const fn timer_rule<T: TimerRule>() -> TimerHandler {
    TimerHandler(|object, name| {
        let (timer, id) = (T::named(name)?, T::On::id(&object.name)?);
        Some(Box::pin(ready(object.write(|draft, context| timer.fire(draft, context, id)))))
    })
}

pub const fn timer_saga<T: TimerSaga>() -> TimerHandler {
    TimerHandler(|object, name| {
        let (timer, id) = (T::named(name)?, T::On::id(&object.name)?);
        Some(Box::pin(timer.fire(object, id)))
    })
}

/// Does what a timer was set for. One that nothing is known of is stopped.
pub async fn fire(object: &Rc<Object>, name: &str) -> Result<(), Broken> {
    match super::TIMERS.iter().copied().flatten().find_map(|TimerHandler(fire)| fire(object, name)) {
        Some(done) => done.await,
        None => object.write(|draft, _| draft.not_due(name)),
    }
}

/// Declares a timer: of one kind there is one, or one for each of what it names.
macro_rules! timer {
    ($(#[$doc:meta])* $timer:ident on $class:ty as $name:literal) => {
        $(#[$doc])*
        pub struct $timer;

        impl guildhall_kernel::Timer for $timer {
            type On = $class;
            const NAME: &'static str = $name;

            fn which(&self) -> String {
                String::new()
            }

            fn parse(which: &str) -> Option<Self> {
                which.is_empty().then_some(Self)
            }
        }
    };
    ($(#[$doc:meta])* $timer:ident($of:ty) on $class:ty as $name:literal) => {
        $(#[$doc])*
        pub struct $timer(pub $of);

        impl guildhall_kernel::Timer for $timer {
            type On = $class;
            const NAME: &'static str = $name;

            fn which(&self) -> String {
                self.0.to_string()
            }

            fn parse(which: &str) -> Option<Self> {
                which.parse().ok().map(Self)
            }
        }
    };
}

pub(crate) use timer;
