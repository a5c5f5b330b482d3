//! The bodies of the API's document, as the server reads them where it refuses one: `worker/src/http/bodies.json`.

use super::schemas;
use crate::support::golden;
use guildhall_worker::http::router::ROUTES;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

#[test]
fn the_server_judges_bodies_by_what_the_document_says_of_them() {
    let all = schemas::requests();
    let mut bodies = vec![];
    for route in ROUTES.iter() {
        if let Some(name) = route.document.body {
            let fields = fields(&all, &whole(&all, name));
            bodies.push(json!({ "fields": fields, "method": route.method.as_str(), "pattern": route.pattern }));
        }
    }
    let lines: Vec<String> = bodies.iter().map(|body| super::in_order(body).to_string()).collect();
    golden("src/http/bodies.json", &format!("[\n{}\n]\n", lines.join(",\n")));
}

/// The schema of a body; of one that has several kinds all fields, and required is what every kind asks for.
fn whole(all: &Map<String, Value>, name: &str) -> Value {
    let kinds: Vec<&Value> = schemas::kinds_of(name).iter().map(|(kind, _)| &all[*kind]).collect();
    if kinds.is_empty() {
        return all[name].clone();
    }
    let mut properties: Map<String, Value> = Map::new();
    for (field, of) in kinds.iter().flat_map(|kind| kind["properties"].as_object().unwrap()) {
        let of = of.clone();
        let standing = properties.entry(field.clone()).or_insert_with(|| of.clone());
        if let (Some(known), Some(more)) = (standing["enum"].as_array().cloned(), of["enum"].as_array()) {
            standing["enum"] =
                known.iter().chain(more.iter().filter(|choice| !known.contains(choice))).cloned().collect();
        }
    }
    let is_in_all =
        |field: &&String| kinds.iter().all(|kind| kind["required"].as_array().unwrap().contains(&json!(field)));
    let required: Vec<&String> = properties.keys().filter(is_in_all).collect();
    json!({ "required": required, "properties": properties })
}

fn fields(all: &Map<String, Value>, schema: &Value) -> Vec<Value> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    // By their names, whatever the order of a map.
    let properties: BTreeMap<&String, &Value> = schema["properties"].as_object().into_iter().flatten().collect();
    properties.into_iter().map(|(name, of)| field(all, name, of, !required.contains(&json!(name)))).collect()
}

fn field(all: &Map<String, Value>, name: &str, schema: &Value, optional: bool) -> Value {
    let schema = plain(all, schema);
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let kind = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("object"), _) => "object",
        (Some("array"), _) => "list",
        (Some("boolean"), _) => "boolean",
        (Some("string"), Some("date-time")) => "time",
        // An element of a list is judged by itself, and by more than its form.
        (Some("string"), Some("email")) if !name.is_empty() => "email",
        (Some("string"), _) if pattern.contains("0[0-9a-z]{10}") => "id",
        (Some("string"), _) => "text",
        other => panic!("{name} is described as {other:?}"),
    };
    let mut field = json!({ "kind": kind, "name": name });
    if optional {
        field["optional"] = json!(true);
    }
    for (ours, theirs) in [("min", ["minLength", "minItems"]), ("max", ["maxLength", "maxItems"])] {
        if let Some(limit) = theirs.iter().find_map(|name| schema[*name].as_u64()) {
            field[ours] = json!(limit);
        }
    }
    let choices: Vec<&Value> = schema["enum"].as_array().into_iter().flatten().filter(|of| !of.is_null()).collect();
    if !choices.is_empty() {
        field["choices"] = json!(choices);
    }
    let inside = match kind {
        "object" => fields(all, &schema),
        "list" => vec![self::field(all, "", &schema["items"], false)],
        _ => vec![],
    };
    if !inside.is_empty() {
        field["fields"] = json!(inside);
    }
    field
}

/// A schema without `null` and references.
fn plain(all: &Map<String, Value>, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return plain(all, &all[reference.rsplit('/').next().unwrap()]);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        return plain(all, either.iter().find(|of| of["type"] != "null").unwrap());
    }
    let mut schema = schema.clone();
    if let Some(types) = schema["type"].as_array() {
        schema["type"] = types.iter().find(|of| **of != "null").unwrap().clone();
    }
    schema
}
