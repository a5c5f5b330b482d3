//! What every request passes: its id, the cross-site defence, limits, headers, and the table of routes.

pub mod answer;
pub mod body;
pub mod call;
pub mod condition;
pub mod guard;
pub mod keys;
pub mod message;
pub mod page;
pub mod query;
pub mod request_log;
pub mod route;
pub mod router;
pub mod serve;
pub mod site;

pub use answer::Answer;
pub use call::{Call, Dialect};
pub use message::header;
