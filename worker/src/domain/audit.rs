//! The audit log of a team: a chain of lines by hash, so that a cut or an edit shows.
//!
//! A line holds ids and the digest of its side: names, addresses and what changed stand in the side,
//! under a salt, where erasure can empty them without breaking the chain.

use super::{Context, access::Permit};
use crate::{
    error::Refusal,
    json,
    object::{self, Command, Handler, Listed, Rule, rule},
    store::{Draft, key, primary_only},
};
use data_encoding::HEXLOWER;
use guildhall_shared::{
    Action, TeamId, Timestamp,
    audit::{AuditActor, AuditEvent},
    page::{Cursor, Order, Page},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub const COMMANDS: &[Handler] = &[rule::<List>()];

/// What the first line names as the one before.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The actor of what the platform did by itself.
pub const SYSTEM: &str = "system";
/// What stands for a person whose data is gone.
pub const ERASED: &str = "erased";

/// A line as it is chained: the JSON of this struct, fields in this order, is what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLineRecord {
    pub number: u64,
    pub at: Timestamp,
    /// `resource.verb`.
    pub action: String,
    /// An account's id, or `system`.
    pub actor: String,
    /// The API key's id, or empty.
    pub api_key: String,
    /// The id or name of what was acted on.
    pub target: String,
    /// SHA-256 of the side's salt and JSON, in hexadecimal.
    pub side: String,
    /// The hash of the line before.
    pub previous: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditSideRecord {
    pub salt: String,
    pub actor_name: String,
    pub target_name: String,
    pub address: String,
    pub before: String,
    pub after: String,
    #[serde(default)]
    pub erased: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHeadRecord {
    pub number: u64,
    pub hash: String,
}

primary_only!(AuditLineRecord, AuditSideRecord, AuditHeadRecord);

impl AuditLineRecord {
    pub fn hash(&self) -> String {
        let line = json::to_string(self).unwrap_or_default();
        HEXLOWER.encode(&Sha256::digest(line.as_bytes()))
    }
}

impl AuditSideRecord {
    pub fn digest(&self) -> String {
        let fields = [&self.actor_name, &self.target_name, &self.address, &self.before, &self.after];
        let side = json::to_string(&(&self.salt, fields)).unwrap_or_default();
        HEXLOWER.encode(&Sha256::digest(side.as_bytes()))
    }
}

/// What happened, for one line.
pub struct Event<'a> {
    pub action: &'a str,
    pub target: &'a str,
    pub target_name: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

impl<'a> Event<'a> {
    pub fn of(action: &'a str, target: &'a str, target_name: &'a str) -> Self {
        Self { action, target, target_name, before: "", after: "" }
    }

    #[must_use]
    pub fn change(self, before: &'a str, after: &'a str) -> Self {
        Self { before, after, ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List(pub Page);

impl Command for List {
    type On = object::Team;
    type Reply = Listed<Vec<AuditEvent>>;
    const NAME: &'static str = "audit.list";
}

impl Rule for List {
    fn decide(
        &self,
        draft: &mut Draft<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<Listed<Vec<AuditEvent>>, Refusal> {
        super::access::permit(draft, context, team, Action::ReadAudit)?;
        list(draft, &self.0)
    }
}

/// Adds a line by the one who was permitted.
pub fn record(draft: &mut Draft<'_>, context: &Context<'_>, permit: &Permit, event: &Event<'_>) {
    let key = permit.key.map(|key| key.to_string()).unwrap_or_default();
    append(draft, context, &permit.account.to_string(), &permit.member.profile.shown_name(), &key, event);
}

/// Adds a line by the platform itself.
pub fn by_platform(draft: &mut Draft<'_>, context: &Context<'_>, event: &Event<'_>) {
    record_as(draft, context, SYSTEM, "Guildhall", event);
}

/// Adds a line by an account that is not (yet, or any more) a member, or by the platform.
pub fn record_as(draft: &mut Draft<'_>, context: &Context<'_>, actor: &str, actor_name: &str, event: &Event<'_>) {
    append(draft, context, actor, actor_name, "", event);
}

fn append(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    actor: &str,
    actor_name: &str,
    api_key: &str,
    event: &Event<'_>,
) {
    let head = draft.get(&key::audit_head()).unwrap_or(AuditHeadRecord { number: 0, hash: GENESIS.to_owned() });
    let side = AuditSideRecord {
        salt: HEXLOWER.encode(&context.random::<16>()),
        actor_name: actor_name.to_owned(),
        target_name: event.target_name.to_owned(),
        // What a person did stays theirs where another object carries it here in the platform's name.
        address: if actor == SYSTEM { String::new() } else { context.origin.address.clone() },
        before: event.before.to_owned(),
        after: event.after.to_owned(),
        erased: false,
    };
    let line = AuditLineRecord {
        number: head.number + 1,
        at: draft.now(),
        action: event.action.to_owned(),
        actor: actor.to_owned(),
        api_key: api_key.to_owned(),
        target: event.target.to_owned(),
        side: side.digest(),
        previous: head.hash,
    };
    draft.put(&key::audit_head(), &AuditHeadRecord { number: line.number, hash: line.hash() });
    draft.put(&key::audit_side(line.number), &side);
    draft.put(&key::audit_line(line.number), &line);
}

/// A page by number, so that a log of any length costs a page.
fn list(draft: &Draft<'_>, page: &Page) -> Result<Listed<Vec<AuditEvent>>, Refusal> {
    let newest = draft.get(&key::audit_head()).map_or(0, |head| head.number);
    let foreign = || Refusal::bad("after is not a cursor of this list. Start without it.");
    let after = page.after.as_ref().map(|cursor| cursor.id.parse::<u64>().map_err(|_| foreign())).transpose()?;
    let wanted = page.limit + 1;
    let numbers: Vec<u64> = match page.order {
        Order::Ascending => (after.map_or(1, |n| n.saturating_add(1))..=newest).take(wanted).collect(),
        Order::Descending => {
            (1..=after.map_or(newest, |n| n.saturating_sub(1).min(newest))).rev().take(wanted).collect()
        }
    };
    let mut events: Vec<AuditEvent> = numbers.iter().filter_map(|number| event(draft, *number)).collect();
    let more = events.len() > page.limit;
    events.truncate(page.limit);
    let last = events.last().filter(|_| more);
    let next = last.map(|event| Cursor { at: event.dt_created, id: event.id.clone() }.to_string());
    Ok(Listed { items: events, next })
}

fn event(draft: &Draft<'_>, number: u64) -> Option<AuditEvent> {
    let line = draft.get(&key::audit_line(number))?;
    let hash = line.hash();
    let side = draft.get(&key::audit_side(number))?;
    let AuditLineRecord { number, at, action, actor, api_key, target, side: _, previous } = line;
    let AuditSideRecord { salt: _, actor_name, target_name, address, before, after, erased } = side;
    let shown = |text: String| if erased { ERASED.to_owned() } else { text };
    let some = |text: String| if text.is_empty() { None } else { Some(text) };
    Some(AuditEvent {
        id: number.to_string(),
        dt_created: at,
        action,
        actor: AuditActor { id: actor, name: shown(actor_name), api_key: some(api_key) },
        target,
        target_name: shown(target_name),
        address: some(address),
        before: some(before),
        after: some(after),
        hash,
        previous,
    })
}

/// Checks the whole chain: every line names the hash of the one before, every side that stands
/// matches its line, and the head is the last line.
pub fn verify(draft: &Draft<'_>) -> Result<u64, String> {
    let mut previous = GENESIS.to_owned();
    let head = draft.get(&key::audit_head());
    let last = head.as_ref().map_or(0, |head| head.number);
    for number in 1..=last {
        let line = draft.get(&key::audit_line(number)).ok_or(format!("line {number} is missing"))?;
        if line.number != number || line.previous != previous {
            return Err(format!("line {number} does not follow the one before"));
        }
        let side = draft.get(&key::audit_side(number)).ok_or(format!("the side of line {number} is missing"))?;
        if !side.erased && side.digest() != line.side {
            return Err(format!("the side of line {number} was changed"));
        }
        previous = line.hash();
    }
    match head {
        Some(head) if head.hash != previous => Err("the head is not the last line".to_owned()),
        _ => Ok(last),
    }
}
