//! What is wrong with a body, all of it at once: field by field, by what the API's document says of each. `bodies.json` is
//! made from the same types as the document (`worker/tests/document/bodies.rs`). It is looked at only where a body was
//! refused, and no issue repeats a value: it may be a password.

use crate::{
    json::{self, Node},
    router::Route,
};
use guildhall_shared::{Email, Issue, Timestamp, id::is_id_shaped};
use serde::Deserialize;
use std::sync::LazyLock;

/// Fields that nobody knows are named up to this many.
const UNKNOWN_MAX: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Text,
    Email,
    Id,
    Time,
    Boolean,
    List,
    Object,
}

/// A field as the document has it.
#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    kind: Kind,
    #[serde(default)]
    optional: bool,
    /// Characters of a text, elements of a list.
    #[serde(default)]
    min: usize,
    #[serde(default)]
    max: Option<usize>,
    #[serde(default)]
    choices: Vec<String>,
    /// Of an object; of a list the one that its elements are.
    #[serde(default)]
    fields: Vec<Field>,
}

/// The body of a route.
#[derive(Debug, Deserialize)]
struct Body {
    method: String,
    pattern: String,
    fields: Vec<Field>,
}

/// `None` where the file is none, which a test would tell.
static BODIES: LazyLock<Option<Vec<Body>>> = LazyLock::new(|| json::from_str(include_str!("bodies.json")).ok());

/// Everything that is wrong with a body of this route; nothing where the document finds no fault.
pub fn issues(route: &Route, root: Node<'_>) -> Vec<Issue> {
    let is_of = |body: &&Body| body.method == route.method.as_str() && body.pattern == route.pattern;
    let body = BODIES.iter().flatten().find(is_of);
    let mut issues = vec![];
    if let Some(body) = body {
        object("", &body.fields, root, &mut issues);
        if !issues.is_empty() {
            unknown(&body.fields, root, &mut issues);
        }
    }
    issues
}

fn object(path: &str, fields: &[Field], node: Node<'_>, issues: &mut Vec<Issue>) {
    for field in fields {
        let at = format!("{path}{}", field.name);
        let mut found = node.fields().filter(|(name, _)| *name == field.name).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (_, Some(_)) => issues.push(Issue::new(format!("{at}: Send this field once."))),
            (Some(value), None) if !value.is_null() => value_of(&at, field, value, issues),
            _ if field.optional => {}
            _ => issues.push(Issue::new(format!("{at}: This field is required."))),
        }
    }
}

/// Names that are fields of nothing. They do no harm, and where something is missing one of them may be what was meant.
fn unknown(fields: &[Field], node: Node<'_>, issues: &mut Vec<Issue>) {
    let is_name =
        |name: &str| name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let names = node.fields().map(|(name, _)| name).filter(|name| fields.iter().all(|field| field.name != **name));
    for name in names.filter(|name| is_name(name)).take(UNKNOWN_MAX) {
        issues.push(Issue::new(format!("{name}: There is no such field.")));
    }
}

fn value_of(at: &str, field: &Field, node: Node<'_>, issues: &mut Vec<Issue>) {
    let why = match field.kind {
        Kind::Object if node.is_object() => {
            object(&format!("{at}."), &field.fields, node, issues);
            None
        }
        Kind::Object => Some("Send an object.".to_owned()),
        Kind::List if node.is_list() => {
            let elements: Vec<Node<'_>> = node.elements().collect();
            for (number, element) in elements.iter().enumerate() {
                for of in &field.fields {
                    value_of(&format!("{at}[{number}]"), of, *element, issues);
                }
            }
            wrong_length(field, elements.len(), "")
        }
        Kind::List => Some("Send a list.".to_owned()),
        Kind::Boolean => node.bool().err().map(|_| "Send true or false.".to_owned()),
        Kind::Text | Kind::Email | Kind::Id | Kind::Time => match node.text() {
            Ok(text) => wrong_text(field, &text),
            Err(_) if field.choices.is_empty() => Some("Send text.".to_owned()),
            Err(_) => Some(one_of(field)),
        },
    };
    issues.extend(why.map(|why| Issue::new(format!("{at}: {why}"))));
}

fn wrong_text(field: &Field, text: &str) -> Option<String> {
    if !field.choices.is_empty() {
        return (!field.choices.iter().any(|choice| choice == text)).then(|| one_of(field));
    }
    let parsed = match field.kind {
        Kind::Time => text.parse::<Timestamp>().err().map(|_| "Send a time, such as 2026-11-21T18:00:00Z.".to_owned()),
        Kind::Id => (!is_id_shaped(text)).then(|| "Send an id.".to_owned()),
        Kind::Email => Email::parse(text).err().map(|issue| issue.message),
        Kind::Text | Kind::Boolean | Kind::List | Kind::Object => None,
    };
    parsed.or_else(|| wrong_length(field, text.chars().count(), " characters"))
}

fn wrong_length(field: &Field, length: usize, of: &str) -> Option<String> {
    match field.max {
        _ if length == 0 && field.min == 1 => Some("This field is empty.".to_owned()),
        _ if length < field.min => Some(format!("Use at least {}{of}.", field.min)),
        Some(max) if length > max => Some(format!("Use at most {max}{of}.")),
        _ => None,
    }
}

fn one_of(field: &Field) -> String {
    format!("Use one of: {}.", field.choices.join(", "))
}
