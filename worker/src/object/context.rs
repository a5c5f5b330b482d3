//! What a rule is given beside the transaction. Rules are synchronous functions over one object's records, without a clock,
//! randomness or input and output of their own: the transaction has the time, the context the rest.

use crate::{
    credentials::secret::Installation,
    error::Rejection,
    object::call::{Caller, Origin},
};
use guildhall_shared::id::{Id, Kind};

/// What a rule knows of the call it decides.
pub struct Context<'a> {
    pub caller: &'a Caller,
    pub origin: &'a Origin,
    /// The revisions that a change may be based on.
    pub if_match: Option<&'a [u64]>,
    pub installation: &'a Installation,
    pub rng: &'a dyn Fn(&mut [u8]),
}

impl Context<'_> {
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.rng)(&mut bytes);
        bytes
    }

    pub fn id<K: Kind>(&self) -> Id<K> {
        Id::from_random(self.random())
    }

    /// Refuses a change that is based on an older revision.
    pub fn expects(&self, revision: u64) -> Result<(), Rejection> {
        match self.if_match {
            Some(expected) if !expected.contains(&revision) => Err(Rejection::stale()),
            _ => Ok(()),
        }
    }

    /// Refuses any caller but the platform itself.
    pub fn only_system(&self) -> Result<(), Rejection> {
        match self.caller {
            Caller::System => Ok(()),
            Caller::Nobody | Caller::Session { .. } | Caller::Account { .. } | Caller::Key { .. } => {
                Err(Rejection::not_found())
            }
        }
    }
}
