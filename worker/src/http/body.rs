//! The bodies of requests. A body that does not fit its type is refused with all that is wrong with it at once: field by
//! field, by what the API's document says of each. `bodies.json` is made from the same types as the document
//! (`worker/tests/document/bodies.rs`). No issue repeats a value: it may be a password.

mod value;

use crate::{
    error::Rejection,
    http::{
        body::value::{DEPTH, Unread, Value},
        route::Route,
    },
    json::{self, expected},
};
use guildhall_shared::{Code, Email, Issue, Timestamp, id::is_id_shaped};
use serde::{Deserialize, de::DeserializeOwned};
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

/// The body of a request to this route as the route's type, or everything that is wrong with it.
pub fn read<T: DeserializeOwned>(route: &Route, bytes: &[u8]) -> Result<T, Rejection> {
    let (text, value) = parse(bytes)?;
    let fields = fields(route);
    let why = if has_list_for_object(fields, &value) {
        "expected an object".to_owned()
    } else {
        match serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text)) {
            Ok(body) => return Ok(body),
            Err(why) => sentence(&why),
        }
    };
    let mut issues = issues(fields, &value);
    if issues.is_empty() {
        issues.push(Issue::new(format!("The body does not fit: {why}.")));
    }
    Err(Rejection::invalid(issues))
}

/// The text of a body, and what is in it: an object.
fn parse(bytes: &[u8]) -> Result<(&str, Value<'_>), Rejection> {
    let rejection = |message: String| Rejection::new(Code::ParseError, message);
    let not_json = || rejection("The body is not JSON. Send an object in JSON.".to_owned());
    let text = core::str::from_utf8(bytes).map_err(|_| not_json())?;
    match Value::parse(text) {
        Ok(value @ Value::Object(_)) => Ok((text, value)),
        Ok(_) => Err(rejection("The body is not an object. Send an object in JSON.".to_owned())),
        Err(Unread::TooDeep) => Err(rejection(format!("The body is nested too deeply. Use at most {DEPTH} levels."))),
        Err(Unread::NotJson) => Err(not_json()),
    }
}

/// The fields that the document gives the body of a route.
fn fields(route: &Route) -> &'static [Field] {
    let is_of = |body: &&Body| body.method == route.method.as_str() && body.pattern == route.pattern;
    BODIES.iter().flatten().find(is_of).map_or(&[], |body| &body.fields)
}

/// Which field does not fit, and what was expected there.
fn sentence(why: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let expected = expected(why.inner());
    let path = why.path();
    if path.iter().next().is_none() { expected } else { format!("{path}: {expected}") }
}

/// Whether a list stands where an object belongs. `serde` would take it for the fields in their order.
fn has_list_for_object(fields: &[Field], object: &Value<'_>) -> bool {
    fields.iter().filter(|field| field.kind == Kind::Object).any(|field| {
        object
            .fields()
            .iter()
            .filter(|(name, _)| *name == field.name)
            .any(|(_, value)| matches!(value, Value::List(_)) || has_list_for_object(&field.fields, value))
    })
}

/// Everything that is wrong with a body by what the document says; nothing where it finds no fault.
fn issues(fields: &[Field], body: &Value<'_>) -> Vec<Issue> {
    let mut issues = vec![];
    object("", fields, body, &mut issues);
    if !issues.is_empty() {
        unknown(fields, body, &mut issues);
    }
    issues
}

fn object(path: &str, fields: &[Field], object: &Value<'_>, issues: &mut Vec<Issue>) {
    for field in fields {
        let at = format!("{path}{}", field.name);
        let mut found = object.fields().iter().filter(|(name, _)| *name == field.name).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (_, Some(_)) => issues.push(Issue::new(format!("{at}: Send this field once."))),
            (Some(value), None) if !matches!(value, Value::Null) => value_of(&at, field, value, issues),
            _ if field.optional => {}
            _ => issues.push(Issue::new(format!("{at}: This field is required."))),
        }
    }
}

/// Names that are fields of nothing. They do no harm, and where something is missing one of them may be what was meant.
fn unknown(fields: &[Field], object: &Value<'_>, issues: &mut Vec<Issue>) {
    let is_name =
        |name: &str| name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let names = object.fields().iter().map(|(name, _)| name);
    let names = names.filter(|name| fields.iter().all(|field| field.name != ***name));
    for name in names.filter(|name| is_name(name)).take(UNKNOWN_MAX) {
        issues.push(Issue::new(format!("{name}: There is no such field.")));
    }
}

fn value_of(at: &str, field: &Field, value: &Value<'_>, issues: &mut Vec<Issue>) {
    let why = match (field.kind, value) {
        (Kind::Object, Value::Object(_)) => {
            object(&format!("{at}."), &field.fields, value, issues);
            None
        }
        (Kind::Object, _) => Some("Send an object.".to_owned()),
        (Kind::List, Value::List(elements)) => {
            for (number, element) in elements.iter().enumerate() {
                for of in &field.fields {
                    value_of(&format!("{at}[{number}]"), of, element, issues);
                }
            }
            wrong_length(field, elements.len(), "")
        }
        (Kind::List, _) => Some("Send a list.".to_owned()),
        (Kind::Boolean, Value::Boolean) => None,
        (Kind::Boolean, _) => Some("Send true or false.".to_owned()),
        (Kind::Text | Kind::Email | Kind::Id | Kind::Time, Value::Text(text)) => wrong_text(field, text),
        (Kind::Text | Kind::Email | Kind::Id | Kind::Time, _) if field.choices.is_empty() => {
            Some("Send text.".to_owned())
        }
        (Kind::Text | Kind::Email | Kind::Id | Kind::Time, _) => Some(one_of(field)),
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
