//! What a product provides: its objects, its calls, its rejections, and the questions that the mechanism asks it.

use crate::{Ask, InternalError, Json, Listed, Named, Object, Priority, Stored, Transaction};
use core::{fmt::Debug, hash::Hash};
use futures_util::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use std::rc::Rc;

/// Names an object: its class and its name within the class.
pub trait Address: Clone + Debug + Ord + Hash + Serialize + DeserializeOwned + 'static {
    /// The name for the log, without any name that a person chose.
    fn logged(&self) -> String;
}

/// A request to an object, with its caller and origin.
pub trait Call<P: Product>: Clone + Debug + Serialize + DeserializeOwned + 'static {
    /// A call by the system itself: another object or a timer.
    fn system(to: P::Address, command: Named) -> Self;
    fn to(&self) -> &P::Address;
    fn ask(&self) -> &Ask;
}

/// The answer of an object to a call.
pub type Answer<P> = Result<Json, <P as Product>::Rejection>;

/// An answer, and what accompanies it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(bound = "")]
pub struct Replied<P: Product> {
    pub answer: Answer<P>,
    /// Whether this repeats the answer to an earlier call with the same `Idempotency-Key`.
    pub replayed: bool,
    #[serde(default)]
    pub aside: P::Aside,
}

pub trait Product: Sized + Clone + Debug + PartialEq + 'static {
    type Address: Address;
    type Call: Call<Self>;
    /// Why a rule rejects a command.
    type Rejection: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// What accompanies an answer, such as what is left of a rate limit.
    type Aside: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned;
    /// What a rule notes in its transaction for the product, such as the permission it checked.
    type Notes: Default;
    /// What leaves the platform after the commit, such as a mail.
    type Delivery: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// A delivery in the form in which it leaves.
    type Letter: Clone + Debug + PartialEq + 'static;
    /// What rules know of the installation.
    type Installation: 'static;

    /// What the replica should hold under a key: the view, if the key names one that can be computed now, else the record.
    fn for_readers(tx: &Transaction<'_, Self>, key: &str) -> Option<Stored>;
    /// The views that depend on these keys, with their priorities.
    fn views_of(tx: &Transaction<'_, Self>, keys: &[&str]) -> Vec<(String, Priority)>;
    /// Whether readers may have what is stored under a key.
    fn is_replicated(key: &str) -> bool;
    /// The version of what `listed` answers. A host with an index of another version makes it anew.
    const LISTS: u32;
    /// Whether a key is one of a list's, whose records have an index.
    fn is_listed(key: &str) -> bool;
    /// What a list knows of a record; `None` where it does not show it. A function of its bytes alone.
    fn listed(key: &str, stored: &Stored) -> Option<Listed>;
    /// Answers any call but a read.
    fn handle(
        object: Rc<Object<Self>>,
        call: Self::Call,
    ) -> LocalBoxFuture<'static, Result<Replied<Self>, InternalError>>;
    /// Does the work of a timer.
    fn fire(object: Rc<Object<Self>>, timer: String) -> LocalBoxFuture<'static, Result<(), InternalError>>;
    /// The HTTP status of a rejection, for the log, which never has the message.
    fn status(rejection: &Self::Rejection) -> u16;
    /// Turns a delivery into the letter that leaves the platform.
    fn letter(
        delivery: &Self::Delivery,
        installation: &Self::Installation,
        now: guildhall_shared::Timestamp,
    ) -> Result<Self::Letter, InternalError>;
}
