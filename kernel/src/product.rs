//! What a product hands in: its objects, its calls, its rules' failures, and what the mechanism has to ask it.

use crate::{Ask, InternalError, Json, Named, Object, Rank, Stored, Transaction};
use core::{fmt::Debug, hash::Hash};
use futures_util::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use std::rc::Rc;

/// Which object: a class of objects and a name in it.
pub trait Address: Clone + Debug + Ord + Hash + Serialize + DeserializeOwned + 'static {
    /// For the log, which holds no name that a person chose.
    fn logged(&self) -> String;
}

/// What an object is asked, by whom and from where.
pub trait Call<P: Product>: Clone + Debug + Serialize + DeserializeOwned + 'static {
    /// A call by the platform itself: another object, a timer.
    fn system(to: P::Address, command: Named) -> Self;
    fn to(&self) -> &P::Address;
    fn ask(&self) -> &Ask;
}

/// What an object says to a call.
pub type Answer<P> = Result<Json, <P as Product>::Rejection>;

/// An answer, and what its caller is told beside it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(bound = "")]
pub struct Replied<P: Product> {
    pub answer: Answer<P>,
    /// Whether the object said so before, to the first call with this `Idempotency-Key`.
    pub replayed: bool,
    #[serde(default)]
    pub aside: P::Aside,
}

pub trait Product: Sized + Clone + Debug + PartialEq + 'static {
    type Address: Address;
    type Call: Call<Self>;
    /// Why a rule refuses.
    type Rejection: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// What an answer has beside it, such as what is left of a budget.
    type Aside: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned;
    /// What a rule notes in its transaction for the product around it, such as what it asked of its caller.
    type Notes: Default;
    /// What leaves the platform after the commit, such as a mail.
    type Delivery: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// What a delivery is by the time it leaves.
    type Letter: Clone + Debug + PartialEq + 'static;
    /// What rules know of the installation.
    type Installation: 'static;

    /// What the replica holds under a key: a view where it is one's and can be made now, else the record.
    fn for_readers(tx: &Transaction<'_, Self>, key: &str) -> Option<Stored>;
    /// The views that change with these keys, and how urgently readers want them.
    fn views_of(tx: &Transaction<'_, Self>, keys: &[&str]) -> Vec<(String, Rank)>;
    /// Whether readers may have what is stored under a key.
    fn is_replicated(key: &str) -> bool;
    /// Answers a call that is no read.
    fn handle(
        object: Rc<Object<Self>>,
        call: Self::Call,
    ) -> LocalBoxFuture<'static, Result<Replied<Self>, InternalError>>;
    /// Does what a timer was set for.
    fn fire(object: Rc<Object<Self>>, timer: String) -> LocalBoxFuture<'static, Result<(), InternalError>>;
    /// The status of a rejection, for the log: never its words.
    fn status(rejection: &Self::Rejection) -> u16;
    /// What leaves the platform for a delivery.
    fn letter(
        delivery: &Self::Delivery,
        installation: &Self::Installation,
        now: guildhall_shared::Timestamp,
    ) -> Result<Self::Letter, InternalError>;
}
