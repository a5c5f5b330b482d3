//! The API's document: made from the table of routes and the shared types, compared with
//! `worker/openapi.json`, which the server serves, and with the contract it has to keep.

mod bodies;
pub mod conform;
mod examples;
pub mod operations;
mod pages;
mod prose;
pub mod schemas;
mod words;

use crate::support::golden;
use guildhall_shared::path;
use guildhall_worker::http::{route::Reply, router::ROUTES};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

fn document() -> Value {
    let description = "Accounts and teams for a compute platform. Programs send an API key as \
        `Authorization: Bearer KEY`, the console its session cookie. Wherever a team is asked for, its id or its \
        namespace will do. Nine operations are served in another shape as well, with lists as pages, under \
        `/paperspace/v1`; `/paperspace/v1/openapi.json` describes them.";
    whole(&json!(operations::paths(|_| true)), &json!(schemas::all()), path::BASE, description)
}

/// A document of these operations under a base.
fn whole(paths: &Value, schemas: &Value, base: &str, description: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Guildhall",
            "version": env!("CARGO_PKG_VERSION"),
            "description": description,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": base, "description": "This server." }],
        "security": [{ "bearerAuth": [] }, { "sessionCookie": [] }],
        "tags": words::tags(paths),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearerAuth": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "api-key",
                    "description": "An API key. It works in one team.",
                },
                "sessionCookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": guildhall_worker::access::actor::COOKIE,
                    "description": "The session of a person in a browser.",
                },
            },
            "schemas": schemas,
            "parameters": operations::shared_parameters(),
            "headers": operations::shared_headers(),
            "responses": operations::shared_responses(),
        },
    })
}

/// A document as it is kept, with fields in the order of their names.
fn text(document: &Value) -> String {
    serde_json::to_string_pretty(&in_order(document)).unwrap() + "\n"
}

#[test]
fn the_served_document_is_the_one_that_the_code_makes() {
    golden("openapi.json", &text(&DOCUMENT));
}

/// The same with fields in the order of their names, whatever the order of a map.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<&String, &Value> = fields.iter().collect();
            fields.into_iter().map(|(name, value)| (name.clone(), in_order(value))).collect()
        }
        Value::Array(items) => items.iter().map(in_order).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_type_in_the_table_of_routes_is_described() {
    let (requests, answers) = (schemas::requests(), schemas::answers());
    for route in ROUTES.iter() {
        if let Some(body) = route.document.body {
            assert!(requests.contains_key(body), "{}: {body}", route.document.id);
        }
        match route.document.reply {
            Reply::Json(_, of) | Reply::OrNull(of) | Reply::List(of) | Reply::Array(_, of) => {
                assert!(answers.contains_key(of), "{}: {of}", route.document.id);
            }
            Reply::Nothing(_) => {}
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut seen = 0;
    walk(&DOCUMENT, &mut |value| {
        if let Some(place) = value.get("$ref").and_then(Value::as_str) {
            assert!(DOCUMENT.pointer(place.trim_start_matches('#')).is_some(), "{place}");
            seen += 1;
        }
    });
    assert!(seen > 100);
}

#[test]
fn no_answer_holds_a_field_that_may_be_null() {
    for (name, schema) in schemas::answers() {
        walk(&schema, &mut |value| assert_ne!(value.get("type"), Some(&json!("null")), "{name}"));
        walk(&schema, &mut |value| assert!(!value["type"].is_array(), "{name}"));
    }
}

fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|value| walk(value, visit)),
        Value::Array(items) => items.iter().for_each(|value| walk(value, visit)),
        _ => {}
    }
}

#[test]
fn no_two_routes_share_a_name_or_a_place() {
    let names: BTreeSet<&str> = ROUTES.iter().map(|route| route.document.id).collect();
    let places: BTreeSet<String> =
        ROUTES.iter().map(|route| format!("{} {}", route.method, bare(&route.pattern))).collect();
    assert_eq!((names.len(), places.len()), (ROUTES.len(), ROUTES.len()));
}

/// A pattern without the names of its parts.
fn bare(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_path_of_the_shared_crate_is_a_route_and_every_route_such_a_path() {
    let source = include_str!("../../shared/src/path.rs");
    // Files that the Worker alone reads.
    let files = ["/v1/breached_passwords/{first:02x}.bin"];
    let literals = source.split('"').filter(|text| text.starts_with("/v1/") && !files.contains(text));
    let paths: BTreeSet<String> = literals.map(bare).collect();
    let routes: BTreeSet<String> = ROUTES.iter().map(|route| bare(&route.pattern)).collect();
    assert_eq!(paths, routes);
}

/// The contract's lines as pairs of indentation and text.
fn contract() -> Vec<(usize, &'static str)> {
    let text = include_str!("../../tests/contract/team-auth-openapi.yml");
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| (line.len() - line.trim_start().len(), line.trim())).collect()
}

/// What stands under a line of this indentation, up to the next one like it.
fn under(lines: &[(usize, &'static str)], at: usize) -> Vec<(usize, &'static str)> {
    let (depth, _) = lines[at];
    lines[at + 1..].iter().take_while(|(deeper, _)| *deeper > depth).copied().collect()
}

/// `(path, method, operationId, success status)` of the contract's operations.
fn contract_operations() -> Vec<(String, String, String, String)> {
    let lines = contract();
    let mut found = vec![];
    for (at, (_, path)) in lines.iter().enumerate().filter(|(_, (depth, text))| *depth == 2 && text.starts_with('/')) {
        let item = under(&lines, at);
        for (at, (_, method)) in item.iter().enumerate().filter(|(_, (depth, _))| *depth == 4) {
            let operation = under(&item, at);
            let Some(id) = operation.iter().find_map(|(_, text)| text.strip_prefix("operationId: ")) else { continue };
            let status = operation.iter().find_map(|(_, text)| text.strip_prefix('\'')?.strip_suffix("':")).unwrap();
            let text = |text: &str| text.trim_end_matches(':').to_owned();
            found.push((text(path), text(method), id.to_owned(), status.to_owned()));
        }
    }
    found
}

#[test]
fn the_nine_operations_of_the_contract_stand() {
    let operations = contract_operations();
    assert_eq!(operations.len(), 9);
    let paths = DOCUMENT["paths"].as_object().unwrap();
    for (path, method, id, status) in operations {
        let (_, item) = paths.iter().find(|(ours, _)| bare(ours) == bare(&path)).unwrap_or_else(|| panic!("{path}"));
        let ours = &item[&method];
        assert_eq!(ours["operationId"], json!(id), "{method} {path}");
        let successes: Vec<&String> =
            ours["responses"].as_object().unwrap().keys().filter(|status| status.starts_with('2')).collect();
        assert_eq!(successes, [&status], "{id}");
        let route = ROUTES.iter().find(|route| route.document.id == id).unwrap();
        assert!(route.pages, "{id} is not served in the page dialect");
    }
}

/// The fields of the contract's schemas with their types; a reference has none.
fn contract_schemas() -> Vec<(String, Map<String, Value>)> {
    let lines = contract();
    let start = lines.iter().position(|(depth, text)| *depth == 2 && *text == "schemas:").unwrap();
    let schemas = under(&lines, start);
    let mut found = vec![];
    for (at, (_, name)) in schemas.iter().enumerate().filter(|(_, (depth, _))| *depth == 4) {
        let schema = under(&schemas, at);
        let mut fields = Map::new();
        for (at, (_, field)) in schema.iter().enumerate().filter(|(_, (depth, _))| *depth == 8) {
            let of = under(&schema, at).iter().find_map(|(_, text)| text.strip_prefix("type: "));
            fields.insert(field.trim_end_matches(':').to_owned(), of.map_or(Value::Null, |of| json!(of)));
        }
        found.push((name.trim_end_matches(':').to_owned(), fields));
    }
    found
}

#[test]
fn answers_hold_every_field_of_the_contract_and_never_null() {
    // What the contract calls by a name that the console's API needs for more.
    let ours = |name: &str| match name {
        "User" => "SessionUser".to_owned(),
        "Team" => "SessionTeam".to_owned(),
        other => other.to_owned(),
    };
    let schemas = contract_schemas();
    assert_eq!(schemas.len(), 6);
    for (name, fields) in schemas {
        let schema = &DOCUMENT["components"]["schemas"][ours(&name)];
        let required = schema["required"].as_array().unwrap();
        assert!(!fields.is_empty());
        for (field, of) in fields {
            assert!(required.contains(&json!(field)), "{name}.{field} may be missing");
            let mut place = &schema["properties"][&field];
            while let Some(reference) = place["$ref"].as_str() {
                place = DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap();
            }
            if of.is_string() {
                assert_eq!(place["type"], of, "{name}.{field}");
            } else {
                assert_eq!(place["type"], "object", "{name}.{field}");
            }
        }
    }
}
