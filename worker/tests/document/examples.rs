//! An example for each body and each answer, out of `examples.json`: by type, each with every field.

use super::{
    DOCUMENT,
    operations::{ERRORS, reference},
    schemas,
};
use guildhall_shared::error::Code;
use guildhall_worker::http::{
    route::{Reply, Route},
    router::ROUTES,
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

pub static EXAMPLES: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap());

/// Fields that only the answer of one operation has.
const ONCE: [(&str, &str, &str); 2] =
    [("ApiKey", "key", "createApiKey"), ("Passkey", "recoveryCodes", "createPasskey")];

/// Fields that are left out of an ordinary answer, or of which a body has one.
const SELDOM: [(&str, &str); 6] = [
    ("InvitationAccept", "id"),
    ("TeamMember", "isDeactivated"),
    ("Passkey", "isSuspect"),
    ("InstallationKey", "held"),
    ("InstallationKey", "dtDone"),
    ("InstallationKey", "dtLinksEnd"),
];

/// The example of a type in an operation.
pub fn of(name: &str, route: &Route) -> Value {
    let mut example = EXAMPLES.get(name).unwrap_or_else(|| panic!("examples.json has no {name}")).clone();
    for (_, field, _) in ONCE.iter().filter(|(of, _, id)| *of == name && *id != route.document.id) {
        example.as_object_mut().unwrap().remove(*field);
    }
    example
}

/// JSON of a type, with its example, or with one for each of its kinds.
pub fn content(name: &str, route: &Route) -> Value {
    let mut media = json!({ "schema": reference(name) });
    let kinds = schemas::kinds_of(name);
    if kinds.is_empty() {
        media["example"] = of(name, route);
    }
    for (kind, description) in kinds {
        media["examples"][kind] = json!({ "summary": description, "value": of(kind, route) });
    }
    json!({ "application/json": media })
}

/// JSON of an error with this status.
pub fn rejection(status: u16) -> Value {
    let (code, message) = match status {
        400 => (Code::BadRequest, "The request is not valid."),
        401 => (Code::Unauthorized, "You must be logged in to access this method."),
        403 => (Code::Forbidden, "An API key cannot do this. Sign in to the console."),
        404 => (Code::NotFound, "Not found"),
        409 => (Code::Conflict, "Your account changed at the same time. Try again."),
        412 => (Code::PreconditionFailed, "Someone else changed this. Load the latest version, then try again."),
        413 => (Code::PayloadTooLarge, "A body has at most 100000 bytes."),
        414 => (Code::BadRequest, "A path and its query have at most 4096 bytes."),
        429 => (Code::TooManyRequests, "Too many attempts. Try again in 15 minutes."),
        _ => (Code::InternalServerError, "Something went wrong. Try again."),
    };
    let mut example = json!({ "code": code, "message": message });
    if status == 400 {
        example["issues"] = json!([{ "message": "name: A name has 1 to 64 characters." }]);
    }
    json!({ "application/json": { "schema": reference("ApiError"), "example": example } })
}

#[test]
fn every_body_and_every_answer_has_an_example() {
    let mut missing = vec![];
    for route in ROUTES.iter() {
        let answer = match route.document.reply {
            Reply::Json(_, of) | Reply::OrNull(of) | Reply::List(of) | Reply::Array(_, of) => Some(of),
            Reply::Nothing(_) => None,
        };
        for name in route.document.body.into_iter().chain(answer) {
            let kinds = schemas::kinds_of(name);
            let names = if kinds.is_empty() { vec![name] } else { kinds.iter().map(|(kind, _)| *kind).collect() };
            missing.extend(names.into_iter().filter(|name| !EXAMPLES.contains_key(*name)));
        }
    }
    assert!(missing.is_empty(), "add these to worker/tests/document/examples.json: {missing:?}");
}

/// The fields that a schema has and its example has not, with those of what lies inside.
fn missing(name: &str, schema: &Value, example: &Value, found: &mut Vec<String>) {
    if let Some(place) = schema["$ref"].as_str() {
        let name = place.rsplit('/').next().unwrap();
        return missing(name, DOCUMENT.pointer(&place[1..]).unwrap(), example, found);
    }
    for item in example.as_array().into_iter().flatten() {
        missing(name, &schema["items"], item, found);
    }
    for (field, of) in schema["properties"].as_object().into_iter().flatten() {
        match example.get(field) {
            Some(value) => missing(&format!("{name}.{field}"), of, value, found),
            None if !SELDOM.contains(&(name, field.as_str())) => found.push(format!("{name}.{field}")),
            None => {}
        }
    }
}

#[test]
fn an_example_has_every_field_of_its_type_and_no_other() {
    let mut found = vec![];
    for (name, example) in EXAMPLES.iter() {
        let Some(schema) = DOCUMENT["components"]["schemas"].get(name) else { continue };
        missing(name, schema, example, &mut found);
        let fields = example.as_object().unwrap().keys();
        found.extend(
            fields
                .filter(|field| schema["properties"].get(*field).is_none())
                .map(|field| format!("{name}: not {field}")),
        );
    }
    assert!(found.is_empty(), "in worker/tests/document/examples.json: {found:#?}");
}

#[test]
fn every_error_has_an_example_of_its_status() {
    for (status, ..) in ERRORS {
        let code: Code =
            serde_json::from_value(rejection(status)["application/json"]["example"]["code"].clone()).unwrap();
        // The closed list of codes has none for a URL that is too long.
        assert_eq!(code.status(), if status == 414 { 400 } else { status });
    }
}
