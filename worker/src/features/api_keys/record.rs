//! What is stored of API keys, and under which keys.

use crate::{
    credentials::secret,
    error::Rejection,
    features::{members::record::MemberRecord, teams::record::TeamRecord},
    store::{Key, Listed, Prefix, Priority, Record, primary_only},
};
use guildhall_shared::{AccountId, Action, ApiKeyId, TeamId, Timestamp, role::Scope, text::lower};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRecord {
    pub id: ApiKeyId,
    pub name: String,
    pub maker: AccountId,
    /// SHA-256 of the whole key, which has 128 random bits.
    pub digest: String,
    pub scopes: Vec<Scope>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    /// Whether its text begins with its own id. Older ones begin with the team's.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub key_first: bool,
    /// How often its maker's account had been taken back by then.
    #[serde(default, skip_serializing_if = "is_default")]
    pub take_backs: u64,
}

/// Readers get the pass instead.
impl Record for ApiKeyRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

/// A view: all that is asked with a key before anything else. What it is, whose, and in which team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassRecord {
    pub key: ApiKeyRecord,
    pub member: MemberRecord,
    pub team: TeamRecord,
}

impl Record for PassRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Credential);
}

/// When and from where a key was last used: written hourly, in the primary only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyUseRecord {
    pub at: Timestamp,
    pub address: String,
}

impl Record for ApiKeyUseRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;
}

/// How often a member's account has been taken back, as far as this team has heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBackRecord {
    pub times: u64,
}

primary_only!(TakenBackRecord);

impl ApiKeyRecord {
    /// What the list of keys knows of one. The orders are those of `api_key::ORDERS`.
    pub fn listed(&self) -> Listed {
        let name = lower(&self.name);
        Listed { orders: vec![self.created.sort_key(), name.clone()], facet: self.maker.to_string(), text: name }
    }

    /// Whether this is the key it says it is, and still good.
    pub fn check(&self, maker: AccountId, digest: &str, now: Timestamp) -> Result<(), Rejection> {
        let right = self.maker == maker && secret::equal(&self.digest, digest);
        let alive = self.expires.is_none_or(|expires| now < expires);
        if right && alive { Ok(()) } else { Err(Rejection::nobody()) }
    }

    /// Whether its scopes reach this far.
    pub fn allows(&self, action: Action) -> Result<(), Rejection> {
        match action.scope() {
            None => Err(Rejection::forbidden("An API key cannot do this. Sign in to the console.")),
            Some(scope) if self.scopes.contains(&scope) => Ok(()),
            Some(_) => {
                Err(Rejection::forbidden("This API key's scopes do not reach this far. Make one with more scopes."))
            }
        }
    }
}

/// Primary only: readers get its pass.
pub fn api_key(team: TeamId, id: ApiKeyId) -> Key<ApiKeyRecord> {
    Key::new(format!("team/{team}/key/{id}"))
}

/// Primary only.
pub fn api_keys(team: TeamId) -> Prefix<ApiKeyRecord> {
    Prefix::new(format!("team/{team}/key/"))
}

/// A view, in the replica only: what a reader asks with an API key before anything else.
pub fn pass(team: TeamId, id: ApiKeyId) -> Key<PassRecord> {
    Key::new(format!("team/{team}/pass/{id}"))
}

/// Primary only.
pub fn api_key_use(id: ApiKeyId) -> Key<ApiKeyUseRecord> {
    Key::new(format!("key-use/{id}"))
}

/// Primary only: how often a member's account has been taken back.
pub fn taken_back(account: AccountId) -> Key<TakenBackRecord> {
    Key::new(format!("taken-back/{account}"))
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
