//! The objects: each the only writer of its records. An object gets an envelope with a typed
//! command, loads, lets a rule decide, and commits in one transaction.

pub mod account;
pub mod change;
mod class;
mod command;
pub mod email;
pub mod installation;
#[cfg(target_arch = "wasm32")]
pub mod live;
pub mod namespace;
pub mod team;
mod timer;

use crate::{
    domain::{self, budget::Left},
    error::{Broken, Refusal},
    product::Guildhall,
    store::Row,
};
use guildhall_shared::{
    AccountId, ApiKeyId, SessionId, TeamId,
    page::{Cursor, Page},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{cell::RefCell, rc::Rc};

pub use crate::json::Json;
pub use change::Change;
pub use class::{Account, Address, Email, Installation, Namespace, Team};
pub use command::{Handler, IdOf, Rule, Saga, rule, saga};
pub use guildhall_kernel::{Ask, Class, Command, Found, Named, Read, Reply, Timer};
pub(crate) use timer::timer;
pub use timer::{TimerHandler, TimerRule, TimerSaga, timer_rule, timer_saga};

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
    /// An account whose session its own object has vouched for.
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

    /// A command by somebody.
    pub fn by<C>(caller: Caller, to: &IdOf<C>, command: &C, origin: Origin) -> Result<Self, Broken>
    where
        C: Command<On: Class<Product = Guildhall>>,
    {
        Ok(Self::new(caller, C::On::address(to), Ask::Do(Named::new(command)?), origin))
    }

    /// A command by the platform itself.
    pub fn system<C>(to: &IdOf<C>, command: &C, origin: Origin) -> Result<Self, Broken>
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

/// Every command, by the file of its rule.
const COMMANDS: &[&[Handler]] = &[
    domain::access::COMMANDS,
    domain::account::COMMANDS,
    domain::address::COMMANDS,
    domain::api_key::COMMANDS,
    domain::api_key_end::COMMANDS,
    domain::audit::COMMANDS,
    domain::challenge::COMMANDS,
    domain::confirmation::COMMANDS,
    domain::deactivation::COMMANDS,
    domain::email::COMMANDS,
    domain::email_attempt::COMMANDS,
    domain::email_change::COMMANDS,
    domain::erasure::COMMANDS,
    domain::installation::COMMANDS,
    domain::invitation::COMMANDS,
    domain::invitation_answer::COMMANDS,
    domain::inviting::COMMANDS,
    domain::link::COMMANDS,
    domain::member::COMMANDS,
    domain::namespace::COMMANDS,
    domain::passkey::COMMANDS,
    domain::passkey_proof::COMMANDS,
    domain::password::COMMANDS,
    domain::profile::COMMANDS,
    domain::recovery_code::COMMANDS,
    domain::refused::COMMANDS,
    domain::second_factor::COMMANDS,
    domain::secret::COMMANDS,
    domain::security_log::COMMANDS,
    domain::session::COMMANDS,
    domain::session_life::COMMANDS,
    domain::session_list::COMMANDS,
    domain::sign_up::COMMANDS,
    domain::ssh_key::COMMANDS,
    domain::take_back::COMMANDS,
    domain::team::COMMANDS,
    domain::totp::COMMANDS,
    #[cfg(feature = "dev")]
    domain::seed::COMMANDS,
];

/// Every timer, by the file of its rule.
const TIMERS: &[&[TimerHandler]] = &[
    domain::address::TIMERS,
    domain::confirmation::TIMERS,
    domain::deactivation::TIMERS,
    domain::email::TIMERS,
    domain::email_change::TIMERS,
    domain::erasure::TIMERS,
    domain::installation::TIMERS,
    domain::invitation_answer::TIMERS,
    domain::link::TIMERS,
    domain::namespace::TIMERS,
    domain::passkey_proof::TIMERS,
    domain::refused::TIMERS,
    domain::sign_in::TIMERS,
    domain::take_back::TIMERS,
    domain::totp::TIMERS,
];

/// What an object says to a command.
pub type Answered<T = Json> = Result<T, Refusal>;

/// What an object says to a call, and what is left of the caller's budgets that it was counted in.
pub type Replied = guildhall_kernel::Replied<Guildhall>;
pub type Object = guildhall_kernel::Object<Guildhall>;

/// Answers one call.
pub async fn handle(object: &Rc<Object>, envelope: Envelope) -> Result<Replied, Broken> {
    if let Some(answer) = object.known_answer(&envelope)? {
        return Ok(Replied { answer, replayed: true, aside: vec![] });
    }
    let limits = Rc::clone(&envelope.limits);
    let answer = match &envelope.ask {
        Ask::Do(named) => command::run(object, &envelope, named).await?,
        Ask::Read(_) => Err(Refusal::not_found()),
    };
    Ok(Replied { answer, replayed: false, aside: limits.take() })
}

/// Does what a timer was set for.
pub async fn fire(object: &Rc<Object>, name: &str) -> Result<(), Broken> {
    if name == domain::idempotency::DUE {
        return object.write(|draft, _| domain::idempotency::forget(draft));
    }
    timer::fire(object, name).await
}

/// Cuts a page out of rows, wherever they came from.
pub fn cut(page: &Page, rows: Vec<Row>) -> (Vec<Row>, Option<Cursor>) {
    page.cut(rows, |row| Cursor { at: row.at, id: row.id.clone() })
}

/// A page of what stands in the primary only, and where the next one starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed<T> {
    pub items: T,
    pub next: Option<String>,
}

pub fn to_json<T: Serialize>(value: &T) -> Result<Json, Broken> {
    Ok(Json::of(value)?)
}

pub fn from_json<T: DeserializeOwned>(json: &Json) -> Result<T, Broken> {
    Ok(json.read()?)
}

/// Whether an object has said yes. A refusal is a "no".
fn is_yes(answer: &Answered<domain::team::Yes>) -> bool {
    answer.as_ref().is_ok_and(|yes| yes.0)
}
