//! Secrets of a team: a name that members read, a value that only comes in.

use crate::{
    access::policy::permit,
    credentials::cipher::{self},
    error::Rejection,
    features::{
        audit,
        secrets::record::{SecretRecord, SecretValueRecord, TeamKeyRecord},
    },
    object::{self, Command, Handler, Rule, context::Context, reply::Revised, rule},
    store::{Row, Transaction, key},
};
use guildhall_shared::{
    AccountId, Action, Code, TeamId, Timestamp,
    auth::field,
    name::{SecretName, secret_value},
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub const COMMANDS: &[Handler] = &[rule::<Create>(), rule::<Update>(), rule::<Delete>()];

impl From<SecretRecord> for Secret {
    fn from(record: SecretRecord) -> Self {
        let SecretRecord { name, version: _, created, modified } = record;
        Self { name, dt_created: created, dt_modified: modified }
    }
}

pub fn from_row(row: &Row) -> Option<Secret> {
    let (_at, modified): (i64, _) = row.read()?;
    Some(Secret { name: row.id.clone(), dt_created: row.at, dt_modified: Timestamp::from_millis(modified) })
}

pub fn make_team_key(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
    let data_key = Zeroizing::new(context.random::<32>());
    wrap(tx, context, team, &data_key)
}

fn wrap(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, data_key: &[u8; 32]) -> Result<(), Rejection> {
    let wrapped =
        cipher::wrap(context.installation, data_key, team.as_str(), context.random()).map_err(|_| sealing())?;
    tx.put(&key::team_key(), &TeamKeyRecord { wrapped });
    Ok(())
}

/// Wraps the team's key anew where another key is in front by now. Gives the key that wraps it.
pub fn renew(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<Vec<String>, Rejection> {
    let Some(TeamKeyRecord { wrapped }) = tx.get(&key::team_key()) else { return Ok(vec![]) };
    let current = context.installation.current();
    if wrapped.key == current {
        return Ok(vec![wrapped.key]);
    }
    // What does not open is still held by its key.
    let Ok(data_key) = cipher::unwrap(context.installation, &wrapped, team.as_str()) else {
        return Ok(vec![wrapped.key]);
    };
    wrap(tx, context, team, &data_key)?;
    Ok(vec![current.to_owned()])
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Create {
    pub name: String,
    pub value: String,
}

impl Command for Create {
    type On = object::Team;
    type Reply = Revised<Secret>;
    const NAME: &'static str = "secret.create";
}

impl Rule for Create {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<Revised<Secret>, Rejection> {
        let Self { name, value } = self;
        let permit = permit(tx, context, team, Action::WriteSecrets)?;
        let mut issues = vec![];
        let name = field("name", SecretName::parse(name)).map_err(|issue| issues.push(issue));
        let _ = field("value", secret_value(value)).map_err(|issue| issues.push(issue));
        let Ok(name) = name else { return Err(Rejection::invalid(issues)) };
        if !issues.is_empty() {
            return Err(Rejection::invalid(issues));
        }
        let name = name.as_str();
        if tx.get(&key::secret(team, name)).is_some() {
            return Err(Rejection::conflict("A secret of this name exists. Change its value instead."));
        }
        let now = tx.now();
        let record = SecretRecord { name: name.to_owned(), version: 1, created: now, modified: now };
        seal(tx, context, team, &record, permit.account, value)?;
        audit::record(tx, context, &permit, &audit::Event::of("secret.create", name, name));
        put(tx, team, &record)
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Update {
    pub name: String,
    pub value: String,
}

impl Command for Update {
    type On = object::Team;
    type Reply = Revised<Secret>;
    const NAME: &'static str = "secret.update";
}

impl Rule for Update {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<Revised<Secret>, Rejection> {
        let Self { name, value } = self;
        let permit = permit(tx, context, team, Action::WriteSecrets)?;
        field("value", secret_value(value))?;
        let (revision, mut record) = tx.versioned(&key::secret(team, name)).ok_or_else(Rejection::not_found)?;
        context.expects(revision)?;
        record.version += 1;
        record.modified = tx.now();
        seal(tx, context, team, &record, permit.account, value)?;
        audit::record(tx, context, &permit, &audit::Event::of("secret.update", name, name));
        put(tx, team, &record)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    pub name: String,
}

impl Command for Delete {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "secret.delete";
}

impl Rule for Delete {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        let Self { name } = self;
        let permit = permit(tx, context, team, Action::WriteSecrets)?;
        let (revision, _) = tx.versioned(&key::secret(team, name)).ok_or_else(Rejection::not_found)?;
        context.expects(revision)?;
        forget(tx, team, name);
        audit::record(tx, context, &permit, &audit::Event::of("secret.delete", name, name));
        Ok(())
    }
}

/// Takes a secret and all its values away.
pub fn forget(tx: &mut Transaction<'_>, team: TeamId, name: &str) {
    for (version, _) in tx.scan(&key::secret_values(name)) {
        if let Ok(version) = version.parse() {
            tx.delete(&key::secret_value(name, version));
        }
    }
    tx.delete(&key::secret(team, name));
}

fn put(tx: &mut Transaction<'_>, team: TeamId, record: &SecretRecord) -> Result<Revised<Secret>, Rejection> {
    let place = key::secret(team, &record.name);
    tx.put(&place, record);
    let (revision, record) = tx.versioned(&place).ok_or_else(Rejection::not_found)?;
    Ok(Revised { revision, value: record.into() })
}

fn seal(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    record: &SecretRecord,
    set_by: AccountId,
    value: &str,
) -> Result<(), Rejection> {
    let TeamKeyRecord { wrapped } = tx.get(&key::team_key()).ok_or_else(sealing)?;
    let data_key = cipher::unwrap(context.installation, &wrapped, team.as_str()).map_err(|_| sealing())?;
    if wrapped.key != context.installation.current() {
        // The next write after a new key in front: the old one holds one team less.
        wrap(tx, context, team, &data_key)?;
    }
    let place = place(team, &record.name, record.version);
    let sealed = cipher::seal(&data_key, value.as_bytes(), &place, context.random()).map_err(|_| sealing())?;
    let at = tx.now();
    tx.put(&key::secret_value(&record.name, record.version), &SecretValueRecord { sealed, set_by, at });
    Ok(())
}

/// What a value is bound to.
pub fn place(team: TeamId, name: &str, version: u64) -> String {
    format!("secret/{team}/{name}/{version}")
}

fn sealing() -> Rejection {
    Rejection::new(
        Code::InternalServerError,
        "The team's key could not be used, and nothing was saved. Tell the operator of this installation.",
    )
}
