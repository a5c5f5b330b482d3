//! What a line of the audit log says has changed: by field where there are several.

use guildhall_shared::audit::AuditEvent;
use std::collections::{BTreeMap, BTreeSet};

type Fields = BTreeMap<String, String>;

/// One field; its name is empty where the thing has only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The fields that differ.
pub fn changes(event: &AuditEvent) -> Vec<Change> {
    let (before, after) = (event.before.as_deref(), event.after.as_deref());
    if before.is_none() && after.is_none() {
        return vec![];
    }
    let fields = |text: Option<&str>| match text {
        Some(text) => serde_json::from_str::<Fields>(text).ok(),
        None => Some(Fields::new()),
    };
    let (Some(old), Some(new)) = (fields(before), fields(after)) else {
        let own = |text: Option<&str>| text.map(str::to_owned);
        return vec![Change { field: String::new(), before: own(before), after: own(after) }];
    };
    let filled = |fields: &Fields, name| fields.get(name).filter(|text| !text.is_empty()).cloned();
    let names: BTreeSet<&String> =
        old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    names
        .into_iter()
        .map(|name| Change { field: name.clone(), before: filled(&old, name), after: filled(&new, name) })
        .collect()
}

/// All of it in a line.
pub fn in_a_line(event: &AuditEvent) -> String {
    let whole = event.before.is_some() && event.after.is_some();
    let parts: Vec<String> = changes(event)
        .into_iter()
        .map(|Change { field, before, after }| {
            let label = if field.is_empty() { String::new() } else { format!("{field}: ") };
            let change = match (before, after) {
                (None, Some(after)) if !whole => after,
                (Some(before), None) if !whole => format!("was {before}"),
                (before, after) => {
                    let word = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
                    format!("{} → {}", word(before), word(after))
                }
            };
            format!("{label}{change}")
        })
        .collect();
    parts.join(", ")
}
