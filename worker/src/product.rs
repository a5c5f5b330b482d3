//! What the kernel has to know of the product.

use crate::{
    auth::secret::Installation,
    domain::{access::Asked, budget::Left, view},
    error::{Broken, Refusal},
    mail::{Letter, Mail},
    object::{self, Caller, Envelope, ObjectName, Origin},
    store::{Draft, Rank, Stored, key},
};
use futures_util::future::LocalBoxFuture;
use guildhall_kernel::{Address, Ask, Call, Named, Object, Product, Replied};
use guildhall_shared::{AccountId, Action, Timestamp};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Guildhall;

impl Address for ObjectName {
    fn logged(&self) -> String {
        match self {
            Self::Team(id) => format!("team {id}"),
            Self::Account(id) => format!("account {id}"),
            Self::Email(hash) => format!("email {hash}"),
            Self::Namespace(_) => "namespace".to_owned(),
            Self::Address(hash) => format!("address {hash}"),
            Self::Installation => "installation".to_owned(),
        }
    }
}

impl Call<Guildhall> for Envelope {
    fn system(to: ObjectName, command: Named) -> Self {
        Self::new(Caller::System, to, Ask::Do(command), Origin::default())
    }

    fn to(&self) -> &ObjectName {
        &self.to
    }

    fn ask(&self) -> &Ask {
        &self.ask
    }
}

/// What a rule notes beside what it writes.
#[derive(Debug, Default)]
pub struct Notes {
    /// A member who may not, and what.
    refused: Cell<Option<(AccountId, Action)>>,
    /// What the caller was asked for, and had.
    asked: RefCell<Vec<Asked>>,
    /// What is left of the caller's budgets that were counted in.
    limits: RefCell<Vec<Left>>,
}

impl Notes {
    /// Notes what was asked of the caller, who had it.
    pub fn asked_for(&self, asked: Asked) {
        let mut all = self.asked.borrow_mut();
        if !all.contains(&asked) {
            all.push(asked);
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    /// Notes what is left of a budget, for the answer to say.
    pub fn left(&self, left: Left) {
        self.limits.borrow_mut().push(left);
    }

    pub fn limits(&self) -> Vec<Left> {
        self.limits.borrow().clone()
    }

    /// Notes that a member may not do this. Counts only where the whole call is refused.
    pub fn refuse(&self, account: AccountId, action: Action) {
        self.refused.set(Some((account, action)));
    }

    pub fn refused(&self) -> Option<(AccountId, Action)> {
        self.refused.get()
    }
}

impl Product for Guildhall {
    type Address = ObjectName;
    type Call = Envelope;
    type Rejection = Refusal;
    /// What is left of the caller's budgets.
    type Aside = Vec<Left>;
    type Notes = Notes;
    type Delivery = Mail;
    type Letter = Letter;
    type Installation = Installation;

    fn for_readers(draft: &Draft<'_>, key: &str) -> Option<Stored> {
        view::for_readers(draft, key)
    }

    fn views_of(draft: &Draft<'_>, keys: &[&str]) -> Vec<(String, Rank)> {
        view::touched(draft, keys.iter().copied())
    }

    fn is_replicated(key: &str) -> bool {
        key::is_replicated(key)
    }

    fn handle(object: Rc<Object<Self>>, call: Envelope) -> LocalBoxFuture<'static, Result<Replied<Self>, Broken>> {
        Box::pin(async move { object::handle(&object, call).await })
    }

    fn fire(object: Rc<Object<Self>>, timer: String) -> LocalBoxFuture<'static, Result<(), Broken>> {
        Box::pin(async move { object::fire(&object, &timer).await })
    }

    fn status(refusal: &Refusal) -> u16 {
        refusal.code.status()
    }

    fn letter(mail: &Mail, installation: &Installation, now: Timestamp) -> Result<Letter, Broken> {
        Letter::write(mail, installation, now)
    }
}
