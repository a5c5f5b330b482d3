//! Reading the audit log.

use crate::{
    access::policy,
    error::Rejection,
    features::audit::{
        ERASED,
        record::{AuditLineRecord, AuditSideRecord},
    },
    object::{self, Command, Handler, PageOf, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    Action, TeamId,
    audit::{AuditActor, AuditEvent},
    page::{Cursor, Order, Page},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<List>()];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List(pub Page);

impl Command for List {
    type On = object::Team;
    type Reply = PageOf<Vec<AuditEvent>>;
    const NAME: &'static str = "audit.list";
}

impl Rule for List {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<PageOf<Vec<AuditEvent>>, Rejection> {
        policy::permit(tx, context, team, Action::ReadAudit)?;
        list(tx, &self.0)
    }
}

/// A page by number, so that a log of any length costs a page.
fn list(tx: &Transaction<'_>, page: &Page) -> Result<PageOf<Vec<AuditEvent>>, Rejection> {
    let newest = tx.get(&key::audit_head()).map_or(0, |head| head.number);
    let foreign = || Rejection::bad("after is not a cursor of this list. Start without it.");
    let after = page.after.as_ref().map(|cursor| cursor.id.parse::<u64>().map_err(|_| foreign())).transpose()?;
    let wanted = page.limit + 1;
    let numbers: Vec<u64> = match page.order {
        Order::Ascending => (after.map_or(1, |n| n.saturating_add(1))..=newest).take(wanted).collect(),
        Order::Descending => {
            (1..=after.map_or(newest, |n| n.saturating_sub(1).min(newest))).rev().take(wanted).collect()
        }
    };
    let mut events: Vec<AuditEvent> = numbers.iter().filter_map(|number| event(tx, *number)).collect();
    let more = events.len() > page.limit;
    events.truncate(page.limit);
    let last = events.last().filter(|_| more);
    let next = last.map(|event| Cursor::at(event.dt_created, event.id.clone()).to_string());
    Ok(PageOf { items: events, next })
}

fn event(tx: &Transaction<'_>, number: u64) -> Option<AuditEvent> {
    let line = tx.get(&key::audit_line(number))?;
    let hash = line.hash();
    let side = tx.get(&key::audit_side(number))?;
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
