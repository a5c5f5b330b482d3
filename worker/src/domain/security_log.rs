//! The security log of an account: what happened to its sign-ins, its password, its email and its
//! keys. Never leaves the primary; the newest thousand lines are kept.

use super::{Context, session};
use crate::{
    error::Refusal,
    object::{Listed, Origin},
    store::{Draft, key, primary_only},
};
use guildhall_shared::{
    Timestamp, device,
    page::{Cursor, Page},
    security_log::{Happened, SecurityEvent},
};
use serde::{Deserialize, Serialize};

/// Lines that are kept.
pub const KEPT: u64 = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEventRecord {
    pub at: Timestamp,
    pub action: Happened,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    pub address: String,
    pub device: String,
    pub place: String,
}

/// The number of the newest line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityHeadRecord {
    pub number: u64,
}

primary_only!(SecurityEventRecord, SecurityHeadRecord);

/// Adds a line, and drops the oldest beyond the thousandth.
pub fn note(draft: &mut Draft<'_>, origin: &Origin, action: Happened, detail: &str) {
    let number = draft.get(&key::security_head()).unwrap_or_default().number + 1;
    let event = SecurityEventRecord {
        at: draft.now(),
        action,
        detail: detail.to_owned(),
        address: origin.address.clone(),
        device: device::describe(&origin.device),
        place: origin.place.clone(),
    };
    draft.put(&key::security_event(number), &event);
    draft.put(&key::security_head(), &SecurityHeadRecord { number });
    if number > KEPT {
        draft.delete(&key::security_event(number - KEPT));
    }
}

/// A page of the caller's own log.
pub fn list(draft: &Draft<'_>, context: &Context<'_>, page: &Page) -> Result<Listed<Vec<SecurityEvent>>, Refusal> {
    session::check(draft, context)?;
    let rows = draft.scan(&key::security_events());
    let (rows, next) = page.cut(rows, |(id, event)| Cursor { at: event.at, id: id.clone() });
    let items = rows.into_iter().map(|(id, event)| shown(&id, event)).collect();
    Ok(Listed { items, next: next.map(|next| next.to_string()) })
}

fn shown(id: &str, event: SecurityEventRecord) -> SecurityEvent {
    let SecurityEventRecord { at, action, detail, address, device, place } = event;
    SecurityEvent {
        number: id.parse().unwrap_or_default(),
        action,
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        address,
        device,
        place,
        dt_created: at,
    }
}

/// Takes the whole log away.
pub fn erase(draft: &mut Draft<'_>) {
    draft.delete_all(&key::security_events());
    draft.delete(&key::security_head());
}
