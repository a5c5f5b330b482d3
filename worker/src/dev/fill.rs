//! Large data in one object: rules write it, and nothing of it goes to the replica, where nobody reads it. A hundred
//! thousand puts take KV on one machine a quarter of an hour.

use crate::{
    error::{InternalError, Rejection},
    features::{api_keys, audit, members},
    object::{self, Command, CommandResult, Envelope, IdOf, Object, ObjectName, Origin, change::in_context, to_json},
    platform::Platform,
    store::key,
};
use serde::{Deserialize, Serialize};

/// Members, keys or lines of the audit log, numbered from `from`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    pub what: What,
    pub from: usize,
    pub count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum What {
    Members,
    ApiKeys,
    AuditLines,
}

impl Command for Fill {
    type On = object::Team;
    type Reply = usize;
    const NAME: &'static str = "dev.fill";
}

/// Records written in one command.
const BATCH: usize = 1000;

/// Has a team written full.
pub async fn fill(platform: &Platform, team: &IdOf<Fill>, what: What, count: usize) -> Result<(), InternalError> {
    for from in (0..count).step_by(BATCH) {
        let command = Fill { what, from, count: BATCH.min(count - from) };
        let envelope = Envelope::system(team, &command, Origin::default())?;
        if let Err(rejection) = platform.ask(envelope).await?.answer {
            return Err(InternalError::new(format!("fill: {}", rejection.message)));
        }
    }
    Ok(())
}

/// Does the command in the team's object.
pub fn run(object: &Object, envelope: &Envelope, command: Fill) -> Result<CommandResult, InternalError> {
    let ObjectName::Team(team) = object.name else { return Ok(Err(Rejection::not_found())) };
    let mut tx = object.begin();
    let written = in_context(object, envelope, |context| {
        let Fill { what, from, count } = command;
        match what {
            What::Members => members::seed::members(&mut tx, context, team, from, count),
            What::ApiKeys => api_keys::seed::api_keys(&mut tx, context, team, from, count),
            What::AuditLines => audit::seed::lines(&mut tx, context, count),
        }
    })?;
    if written.is_ok() {
        let mut writes = tx.finish()?;
        writes.retain(|key, _| !key::is_outbox(key));
        object.commit(&writes)?;
    }
    written.map(|count| to_json(&count)).map_or_else(|rejection| Ok(Err(rejection)), |count| count.map(Ok))
}
