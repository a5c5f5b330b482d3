//! The security log of an account: what happened to its sign-ins, its password, its email and its
//! keys. Never leaves the primary.
//!
//! Lines stand for a time and not for a number, so that nobody can have them go by doing something often: what repeats
//! itself is counted in one line, and of one kind only so many lines a day are written.

pub mod feature;
pub mod http;
pub mod record;

use crate::{
    error::Rejection,
    features::{
        security_log::record::{SecurityEventRecord, SecurityHeadRecord, SecurityKindRecord},
        sessions::session,
    },
    object::{self, Command, Handler, Origin, PageOf, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Timestamp, device,
    page::{Cursor, Page},
    security_log::{SecurityEvent, SecurityEventKind},
    timestamp::{DAY, HOUR},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<List>()];

/// How long a line lasts.
pub const KEPT: i64 = 180 * DAY;

/// The same from the same place is one line, as long as it began within this.
pub const FOLD: i64 = HOUR;

/// Lines of one kind that are begun within a day; more of the kind is counted in the newest.
pub const LINES: usize = 20;

/// Old lines that a new one looks at.
const SWEEP: u64 = 4;

/// Adds a line, or counts one more in a line that stands, which is the newest from then on.
pub fn note(tx: &mut Transaction<'_>, origin: &Origin, action: SecurityEventKind, detail: &str) {
    let now = tx.now();
    let mut head = tx.get(&key::security_head()).unwrap_or_default();
    head.number += 1;
    let mut event = SecurityEventRecord {
        at: now,
        action,
        detail: detail.to_owned(),
        address: origin.address.clone(),
        device: device::describe(&origin.device),
        place: origin.place.clone(),
        count: 1,
        since: None,
    };
    let of_kind = tx.get(&key::security_kind(action)).unwrap_or_default().recent;
    let line = |number: u64| Some((number, tx.get(&key::security_event(number))?));
    let mut recent: Vec<(u64, SecurityEventRecord)> =
        of_kind.into_iter().filter_map(line).filter(|(_, line)| now.since(line.began()) < DAY).collect();
    let same = recent.iter().rposition(|(_, line)| line.is_alike(&event) && now.since(line.began()) < FOLD);
    let full = recent.len().checked_sub(1).filter(|_| recent.len() >= LINES);
    if let Some(at) = same.or(full) {
        let (number, line) = recent.remove(at);
        event.count = line.count + 1;
        event.since = Some(line.began());
        tx.delete(&key::security_event(number));
    }
    tx.put(&key::security_event(head.number), &event);
    let recent = recent.into_iter().map(|(number, _)| number).chain([head.number]).collect();
    tx.put(&key::security_kind(action), &SecurityKindRecord { recent });
    sweep(tx, &mut head);
    tx.put(&key::security_head(), &head);
}

/// Drops lines that have stood for long. Those of less than a line's age are behind newer numbers.
fn sweep(tx: &mut Transaction<'_>, head: &mut SecurityHeadRecord) {
    if head.oldest == 0 {
        // Logs of old had a thousand lines.
        head.oldest = head.number.saturating_sub(1_001);
    }
    for _ in 0..SWEEP {
        match tx.get(&key::security_event(head.oldest)) {
            Some(line) if is_kept(&line, tx.now()) => return,
            Some(_) => tx.delete(&key::security_event(head.oldest)),
            None => {}
        }
        if head.oldest >= head.number {
            return;
        }
        head.oldest += 1;
    }
}

fn is_kept(line: &SecurityEventRecord, now: Timestamp) -> bool {
    now.since(line.at) < KEPT
}

/// A page of the caller's own log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List(pub Page);

impl Command for List {
    type On = object::Account;
    type Reply = PageOf<Vec<SecurityEvent>>;
    const NAME: &'static str = "account.securityLog";
}

impl Rule for List {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        _id: AccountId,
    ) -> Result<PageOf<Vec<SecurityEvent>>, Rejection> {
        let page = &self.0;
        session::check(tx, context)?;
        let mut rows = tx.scan(&key::security_events());
        rows.retain(|(_, event)| is_kept(event, tx.now()));
        let (rows, next) = page.cut(rows, |(id, event)| Cursor::at(event.at, id.clone()));
        let items = rows.into_iter().map(|(id, event)| shown(&id, event)).collect();
        Ok(PageOf { items, next: next.map(|next| next.to_string()) })
    }
}

fn shown(id: &str, event: SecurityEventRecord) -> SecurityEvent {
    let SecurityEventRecord { at, action, detail, address, device, place, count, since } = event;
    SecurityEvent {
        number: id.parse().unwrap_or_default(),
        action,
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        address,
        device,
        place,
        count,
        dt_first: since,
        dt_created: at,
    }
}

/// Takes the whole log away.
pub fn erase(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::security_events());
    tx.delete_all(&key::security_kinds());
    tx.delete(&key::security_head());
}
