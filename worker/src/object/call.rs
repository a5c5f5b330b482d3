//! What an object is asked: which object, by whom, from where, and the command itself.

use crate::{error::InternalError, object::left::Left, product::Guildhall};
use guildhall_kernel::{Ask, Call, Class, Command, IdOf, Named};
use guildhall_shared::{AccountId, ApiKeyId, SessionId, TeamId};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, rc::Rc};

/// A class of objects, and which of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectName {
    Team(TeamId),
    Account(AccountId),
    /// By the keyed hash of an email.
    Email(String),
    Namespace(String),
    /// By the keyed hash of a network address.
    Address(String),
    /// The one that knows the installation's keys.
    Installation,
}

impl ObjectName {
    /// The binding of the class, and the object's name in it.
    pub fn place(&self) -> (&'static str, String) {
        match self {
            Self::Team(id) => ("TEAM", id.to_string()),
            Self::Account(id) => ("ACCOUNT", id.to_string()),
            Self::Email(hash) => ("EMAIL", hash.clone()),
            Self::Namespace(name) => ("NAMESPACE", name.clone()),
            Self::Address(hash) => ("ADDRESS", hash.clone()),
            // No address has this name: a keyed hash has 25 digits.
            Self::Installation => ("ADDRESS", "installation".to_owned()),
        }
    }
}

/// Who asks an object for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Caller {
    Nobody,
    /// The platform itself: another object, an alarm.
    System,
    /// A browser, for its own account's object to check.
    Session {
        account: AccountId,
        session: SessionId,
        digest: String,
    },
    /// An account whose session its own object has authenticated.
    Account {
        account: AccountId,
        /// How often it had been taken back by then; 0 where nobody asked.
        #[serde(default)]
        take_backs: u64,
    },
    /// A program, for the team's object to check.
    Key {
        team: TeamId,
        maker: AccountId,
        key: ApiKeyId,
        digest: String,
    },
}

impl Caller {
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Nobody | Self::System => None,
            Self::Session { account, .. } | Self::Account { account, .. } | Self::Key { maker: account, .. } => {
                Some(*account)
            }
        }
    }

    pub fn key(&self) -> Option<ApiKeyId> {
        match self {
            Self::Key { key, .. } => Some(*key),
            Self::Nobody | Self::System | Self::Session { .. } | Self::Account { .. } => None,
        }
    }
}

/// Where a request came from, for the records that name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    pub address: String,
    pub device: String,
    pub place: String,
    /// Scheme and host of the console, which links in mail lead to.
    pub site: String,
    pub request_id: String,
}

/// An `Idempotency-Key` with what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// Keyed hash of caller, route and key.
    pub key: String,
    /// Keyed hash of the body.
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    pub to: ObjectName,
    pub caller: Caller,
    pub ask: Ask,
    pub origin: Origin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// The revisions that a change may be based on; none will do where the list is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_match: Option<Vec<u64>>,
    /// What is left of the caller's budgets, once something was counted in them. Shared by its steps.
    #[serde(skip)]
    pub limits: Rc<RefCell<Vec<Left>>>,
}

impl Envelope {
    pub fn new(caller: Caller, to: ObjectName, ask: Ask, origin: Origin) -> Self {
        Self { to, caller, ask, origin, idempotency: None, if_match: None, limits: Rc::default() }
    }

    /// A command by someone.
    pub fn by<C>(caller: Caller, to: &IdOf<C>, command: &C, origin: Origin) -> Result<Self, InternalError>
    where
        C: Command<On: Class<Product = Guildhall>>,
    {
        Ok(Self::new(caller, C::On::address(to), Ask::Do(Named::new(command)?), origin))
    }

    /// A command by the platform itself.
    pub fn system<C>(to: &IdOf<C>, command: &C, origin: Origin) -> Result<Self, InternalError>
    where
        C: Command<On: Class<Product = Guildhall>>,
    {
        Self::by(Caller::System, to, command, origin)
    }

    /// Notes what is left of budgets, for the answer to say: of each what was said last.
    pub fn note_limits(&self, more: Vec<Left>) {
        let mut limits = self.limits.borrow_mut();
        limits.retain(|known| more.iter().all(|left| left.name != known.name));
        limits.extend(more);
    }
}

impl guildhall_kernel::Address for ObjectName {
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
