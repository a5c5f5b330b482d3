//! API keys: made by a member, for one team, never more than their maker may.

use crate::{
    access::{asked::Permit, policy::permit},
    credentials::token::{self, KeyToken},
    error::Rejection,
    features::{
        api_keys::record::{ApiKeyRecord, ApiKeyUseRecord},
        audit, security_log, take_back,
    },
    mail::{Kind, Notice},
    object::{self, Caller, Command, Handler, Origin, PageOf, Rule, context::Context, rule},
    store::{ListQuery, Transaction, key, list},
};
use guildhall_shared::{
    AccountId, Action, ApiKeyId, Issue, Role, TeamId, Timestamp,
    api_key::{ApiKey, ApiKeyCreate},
    auth::field,
    name::DisplayName,
    page::{Cursor, Page},
    role::Scope,
    security_log::SecurityEventKind,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Note>(), rule::<Create>(), rule::<List>(), rule::<Revoke>(), rule::<Used>()];

/// Keys of one member in one team.
pub const KEYS_MAX: usize = 100;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Create(pub ApiKeyCreate);

impl Command for Create {
    type On = object::Team;
    type Reply = ApiKey;
    const NAME: &'static str = "apiKey.create";
}

impl Rule for Create {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<ApiKey, Rejection> {
        let body = &self.0;
        let permit = permit(tx, context, team, Action::MakeApiKey)?;
        if permit.key.is_some() {
            return Err(Rejection::forbidden("An API key cannot make another. Sign in to the console."));
        }
        let take_backs = match context.caller {
            Caller::Account { take_backs, .. } => *take_backs,
            Caller::Nobody | Caller::System | Caller::Session { .. } | Caller::Key { .. } => 0,
        };
        if tx.get(&key::taken_back(permit.account)).is_some_and(|standing| take_backs < standing.times) {
            // The session that was authenticated has ended since, and what came of it with it.
            return Err(Rejection::nobody());
        }
        if permit.member.profile.confirmed.is_none() {
            return Err(Rejection::forbidden("Confirm your email address first. We can send the mail again."));
        }
        let now = tx.now();
        let mut issues: Vec<Issue> = vec![];
        let name = field("name", DisplayName::parse(&body.name)).map_err(|issue| issues.push(issue));
        if body.dt_expires.is_some_and(|expires| expires <= now) {
            issues.push(Issue::new("dtExpires: A key expires in the future."));
        }
        let mut scopes = body.scopes.clone().unwrap_or_else(|| vec![Scope::Read, Scope::Write]);
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            issues.push(Issue::new("scopes: Name at least one scope."));
        }
        let Ok(name) = name else { return Err(Rejection::invalid(issues)) };
        if !issues.is_empty() {
            return Err(Rejection::invalid(issues));
        }
        if of_maker(tx, team, permit.account).len() >= KEYS_MAX {
            return Err(Rejection::conflict(format!("You have {KEYS_MAX} API keys here. Revoke one first.")));
        }
        let id: ApiKeyId = context.id();
        let token = KeyToken { team, maker: permit.account, key: id };
        let made = token::make_key(context.installation, token, context.random());
        let record = ApiKeyRecord {
            id,
            name: name.into(),
            maker: permit.account,
            digest: made.digest,
            scopes,
            created: now,
            expires: body.dt_expires,
            key_first: true,
            take_backs,
        };
        tx.put(&key::api_key(team, id), &record);
        audit::record(tx, context, &permit, &audit::Event::of("api-key.create", id.as_str(), &record.name));
        tell_maker(tx, context, team, &record, SecurityEventKind::ApiKeyCreate);
        Ok(ApiKey { key: Some(made.text), ..shown(team, record, None) })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List {
    pub all: bool,
    pub page: Page,
}

impl Command for List {
    type On = object::Team;
    type Reply = PageOf<Vec<ApiKey>>;
    const NAME: &'static str = "apiKey.list";
}

impl Rule for List {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<PageOf<Vec<ApiKey>>, Rejection> {
        let Self { all, .. } = *self;
        let Self { page, .. } = self;
        let action = if all { Action::ReadAllApiKeys } else { Action::ReadOwnApiKeys };
        let permit = permit(tx, context, team, action)?;
        let query = list::query(page, (!all).then(|| permit.account.as_str()));
        let rows = tx.list(&key::api_keys(team), &query).into_iter().map(|(_, record)| record).collect();
        let (rows, next) = page.end(rows, |record: &ApiKeyRecord| {
            let sort = record.listed().orders.into_iter().nth(page.by)?;
            Some(Cursor { sort, id: record.id.to_string(), by: page.by })
        });
        let items = rows
            .into_iter()
            .map(|record| {
                let used = tx.get(&key::api_key_use(record.id)).map(|used| used.at);
                let maker = if all { tx.get(&key::member(team, record.maker)) } else { None };
                let made_by_name = maker.map(|maker| maker.profile.shown_name());
                ApiKey { made_by_name, ..shown(team, record, used) }
            })
            .collect();
        Ok(PageOf { items, next: next.map(|next| next.to_string()) })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revoke {
    pub id: ApiKeyId,
}

impl Command for Revoke {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "apiKey.revoke";
}

impl Rule for Revoke {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        let Self { id } = *self;
        let own = permit(tx, context, team, Action::RevokeOwnApiKey)?;
        let record = tx.get(&key::api_key(team, id));
        let permit = match &record {
            Some(record) if record.maker == own.account => own,
            // A member learns nothing of others' keys, not even which exist.
            _ if own.member.role == Role::Member => return Err(Rejection::not_found()),
            _ => permit(tx, context, team, Action::RevokeAnyApiKey)?,
        };
        let record = record.ok_or_else(Rejection::not_found)?;
        end(tx, team, id);
        audit::record(tx, context, &permit, &audit::Event::of("api-key.revoke", id.as_str(), &record.name));
        tell_maker(tx, context, team, &record, SecurityEventKind::ApiKeyRevoke);
        Ok(())
    }
}

/// Has the maker's own security log say what became of a key.
fn tell_maker(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    key: &ApiKeyRecord,
    action: SecurityEventKind,
) {
    note(tx, key.maker, (action, shown_name(tx, team, key)), context.origin);
}

pub fn note(
    tx: &mut Transaction<'_>,
    account: AccountId,
    (action, detail): (SecurityEventKind, String),
    origin: &Origin,
) {
    tx.call(&account, &Note { action, detail, origin: origin.clone() });
}

/// From a team: something about the caller's keys.
/// The maker's account hears from a team what became of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub action: SecurityEventKind,
    pub detail: String,
    pub origin: Origin,
}

impl Command for Note {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.note";
}

impl Rule for Note {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { origin, .. } = self;
        let (action, detail) = (self.action, &self.detail);
        context.only_system()?;
        let Some(account) = tx.get(&key::account(id)) else { return Ok(()) };
        security_log::note(tx, origin, action, detail);
        if action == SecurityEventKind::ApiKeyCreate {
            let undo = take_back::offer(tx, context, &account);
            let (at, detail, origin) = (tx.now(), detail.to_owned(), origin.clone());
            let site = origin.site.clone();
            let notice = Notice::ApiKeyMade { at, detail, origin, undo };
            crate::mail::send(tx, &account.email, &site, Kind::Security(notice));
        }
        Ok(())
    }
}

/// The name of a key and of its team, as its maker's log has it.
pub fn shown_name(tx: &Transaction<'_>, team: TeamId, key: &ApiKeyRecord) -> String {
    let team = tx.get(&key::team(team)).map(|team| team.name).unwrap_or_default();
    format!("{} ({team})", key.name)
}

/// Takes a key away.
pub fn end(tx: &mut Transaction<'_>, team: TeamId, id: ApiKeyId) {
    tx.delete(&key::api_key(team, id));
    tx.delete(&key::api_key_use(id));
}

/// Every key that someone made in this team.
pub fn of_maker(tx: &Transaction<'_>, team: TeamId, maker: AccountId) -> Vec<(String, ApiKeyRecord)> {
    tx.list(&key::api_keys(team), &ListQuery::facet(maker.as_str()))
}

/// Deletes every key that someone made in this team, and returns them.
pub fn end_of_maker(tx: &mut Transaction<'_>, team: TeamId, maker: AccountId) -> Vec<(ApiKeyId, ApiKeyRecord)> {
    let keys = of_maker(tx, team, maker).into_iter();
    let keys: Vec<_> = keys.filter_map(|(id, record)| Some((id.parse().ok()?, record))).collect();
    for (id, _) in &keys {
        end(tx, team, *id);
    }
    keys
}

/// Noted by the edge, at most hourly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Used;

impl Command for Used {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "apiKey.used";
}

impl Rule for Used {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        let permit = permit(tx, context, team, Action::ReadTeam).or_else(|_| permit_for_use(tx, context, team))?;
        if let Some(id) = permit.key {
            let address = context.origin.address.clone();
            tx.put(&key::api_key_use(id), &ApiKeyUseRecord { at: tx.now(), address });
        }
        Ok(())
    }
}

/// A key without the read scope is used too.
fn permit_for_use(tx: &Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<Permit, Rejection> {
    permit(tx, context, team, Action::UseWorkloads)
}

fn shown(team: TeamId, record: ApiKeyRecord, used: Option<Timestamp>) -> ApiKey {
    let ApiKeyRecord { id, name, maker, digest: _, scopes, created, expires, key_first, take_backs: _ } = record;
    ApiKey {
        id,
        name,
        prefix: token::key_beginning(KeyToken { team, maker, key: id }, key_first),
        scopes,
        made_by: maker,
        made_by_name: None,
        dt_created: created,
        dt_expires: expires,
        dt_last_used: used,
        key: None,
    }
}
