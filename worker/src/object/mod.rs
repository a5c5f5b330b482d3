//! The objects: each the only writer of its records. An object gets an envelope with a typed
//! command, loads, lets a rule decide, and commits in one transaction.

pub mod call;
pub mod change;
pub mod class;
pub mod command;
pub mod context;
pub mod fire;
pub mod idempotency;
pub mod idempotency_record;
pub mod left;
pub mod notes;
pub mod reply;
pub mod timer;

pub use crate::json::Json;
pub use call::{Caller, Envelope, Idempotency, ObjectName, Origin};
pub use change::Change;
pub use class::{Account, Address, Email, Installation, Namespace, Team};
pub use command::{Handler, Rule, Saga, rule, saga};
pub use context::Context;
pub use fire::{TimerHandler, TimerRule, TimerSaga, timer_rule, timer_saga};
pub use guildhall_kernel::{Ask, Class, Command, Found, IdOf, Named, Read, ReadList, Reply, Timer};
pub use left::Left;
pub use reply::{CommandResult, Object, PageOf, Replied, Revised, cut, from_json, is_yes, to_json};
pub(crate) use timer::timer;
