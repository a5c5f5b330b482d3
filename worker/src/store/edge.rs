//! What the stateless edge needs of the world, beside what the kernel knows of.

use crate::{
    error::InternalError,
    product::Guildhall,
    store::{Replica, Runtime},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;

/// The stateless side: reads the replica, asks objects.
pub trait Edge: Runtime<Guildhall> + Replica {
    /// What this isolate knows of its own keys.
    fn fitness(&self) -> Option<Fitness>;
    fn note_fitness(&self, fitness: Fitness);
    /// Writes the line of a request to the log.
    fn log_request(&self, line: &str);
    /// A file that is deployed beside the Worker.
    fn file(&self, path: String) -> LocalBoxFuture<'_, Result<Vec<u8>, InternalError>>;
}

/// What an isolate knows of its own keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitness {
    pub at: Timestamp,
    /// What the operator has to change.
    pub unfit: Option<String>,
}
