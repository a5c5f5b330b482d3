//! The document as pages to read, `docs/api`, one for each tag: each operation with what goes in and
//! what comes out, then the fields of the types.

use super::{DOCUMENT, in_order};
use crate::support::golden;
use guildhall_shared::path;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fmt::Write,
    path::{Path, PathBuf},
};

/// The operations of a tag in the order of their paths: method, path, operation.
fn operations(tag: &str) -> Vec<(&'static str, &'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let mut found = vec![];
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            if operation["tags"][0] == *tag {
                found.push((method.as_str(), path.as_str(), operation));
            }
        }
    }
    found.sort_by_key(|(method, path, _)| {
        (*path, ["get", "post", "put", "patch", "delete"].iter().position(|of| of == method))
    });
    found
}

fn resolve(reference: &str) -> &'static Value {
    DOCUMENT.pointer(&reference[1..]).unwrap()
}

fn name_in(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap()
}

/// A schema in a word or two, with a link to its fields where it has some.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let of = resolve(reference);
        return if has_fields(of) {
            format!("[{0}](#{1})", name_in(reference), anchor(name_in(reference)))
        } else {
            kind(of)
        };
    }
    if let Some(either) = schema["oneOf"].as_array() {
        return either.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(known) = schema["enum"].as_array() {
        return known
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| format!("`{}`", value.as_str().unwrap()))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let of = match &schema["type"] {
        Value::Array(types) => types[0].as_str().unwrap(),
        of => of.as_str().unwrap(),
    };
    match (of, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", kind(&schema["items"])),
        ("string", Some("date-time")) => "time".to_owned(),
        ("string", Some("email")) => "email".to_owned(),
        ("string", _) => "text".to_owned(),
        ("integer", _) => "number".to_owned(),
        (other, _) => other.to_owned(),
    }
}

fn has_fields(schema: &Value) -> bool {
    schema["properties"].is_object() || schema["oneOf"].is_array()
}

/// What a heading's link is called.
fn anchor(heading: &str) -> String {
    heading.to_lowercase()
}

/// The types that a schema leads to, each once, nearest first.
fn types_of(schema: &Value, found: &mut Vec<&'static str>) {
    super::walk(schema, &mut |value| {
        if let Some(reference) =
            value["$ref"].as_str().filter(|reference| reference.starts_with("#/components/schemas/"))
        {
            let of = resolve(reference);
            let (name, _) =
                DOCUMENT["components"]["schemas"].as_object().unwrap().get_key_value(name_in(reference)).unwrap();
            if has_fields(of) && !found.contains(&name.as_str()) {
                found.push(name);
                types_of(of, found);
            }
        }
    });
}

fn json(text: &mut String, value: &Value) {
    writeln!(text, "\n```json\n{}\n```", serde_json::to_string_pretty(&in_order(value)).unwrap()).unwrap();
}

/// The examples of a body or an answer.
fn shown(text: &mut String, media: &Value) {
    if media["example"] != Value::Null {
        json(text, &media["example"]);
    }
    for example in media["examples"].as_object().into_iter().flat_map(|all| all.values()) {
        writeln!(text, "\n{}", example["summary"].as_str().unwrap()).unwrap();
        json(text, &example["value"]);
    }
}

fn who(operation: &Value) -> &'static str {
    match operation["security"].as_array() {
        None => "session or API key",
        Some(none) if none.is_empty() => "no sign-in",
        Some(all) if all.contains(&serde_json::json!({})) => "session, API key, or no sign-in",
        Some(_) => "session",
    }
}

fn page(tag: &Value) -> String {
    let name = tag["name"].as_str().unwrap();
    let mut text = format!(
        "<!-- Made from worker/openapi.json by the test `document::prose`; UPDATE_GOLDEN=1 writes it anew. -->\n# {name}\n\n{}\n",
        tag["description"].as_str().unwrap()
    );
    let mut types = vec![];
    for (method, place, operation) in operations(name) {
        let summary = operation["summary"].as_str().unwrap().trim_end_matches('.');
        writeln!(text, "\n## {summary}\n").unwrap();
        let id = operation["operationId"].as_str().unwrap();
        writeln!(text, "`{} {}{place}` · `{id}` · {}", method.to_uppercase(), path::BASE, who(operation)).unwrap();
        if let Some(description) = operation["description"].as_str() {
            writeln!(text, "\n{description}").unwrap();
        }
        parameters(&mut text, operation);
        let body = &operation["requestBody"]["content"]["application/json"];
        if body.is_object() {
            writeln!(text, "\nRequest: {}", kind(&body["schema"])).unwrap();
            shown(&mut text, body);
            types_of(&body["schema"], &mut types);
        }
        answers(&mut text, operation, &mut types);
    }
    for name in types {
        fields(&mut text, name);
    }
    text
}

/// Parameters of the query and of this operation alone; those of the path are in it.
fn parameters(text: &mut String, operation: &'static Value) {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let resolved = all.map(|of| of["$ref"].as_str().map_or(of, resolve)).filter(|of| of["in"] == "query");
    let lines: Vec<String> = resolved
        .map(|of| format!("- `{}`: {}", of["name"].as_str().unwrap(), of["description"].as_str().unwrap()))
        .collect();
    if !lines.is_empty() {
        writeln!(text, "\n{}", lines.join("\n")).unwrap();
    }
}

fn answers(text: &mut String, operation: &Value, types: &mut Vec<&'static str>) {
    let mut refusals = vec![];
    for (status, response) in operation["responses"].as_object().unwrap() {
        if !status.starts_with('2') && status != "304" {
            refusals.push(status.as_str());
            continue;
        }
        let media = &response["content"]["application/json"];
        if media.is_object() {
            writeln!(text, "\nAnswer {status}: {}", kind(&media["schema"])).unwrap();
            shown(text, media);
            types_of(&media["schema"], types);
        } else {
            writeln!(text, "\nAnswer {status}, without a body").unwrap();
        }
    }
    refusals.sort_unstable();
    writeln!(text, "\nErrors: {}", refusals.join(", ")).unwrap();
}

fn fields(text: &mut String, name: &str) {
    let schema = &DOCUMENT["components"]["schemas"][name];
    writeln!(text, "\n## {name}\n\n{}", schema["description"].as_str().unwrap()).unwrap();
    if schema["oneOf"].is_array() {
        writeln!(text, "\nOne of {}.", kind(schema)).unwrap();
        return;
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().map(|field| field.as_str().unwrap()).collect();
    writeln!(text, "\n| field | | |\n|---|---|---|").unwrap();
    for (field, of) in schema["properties"].as_object().unwrap() {
        let optional = if required.contains(&field.as_str()) { "" } else { ", optional" };
        writeln!(text, "| `{field}` | {}{optional} | {} |", kind(of), super::words::described(of)).unwrap();
    }
}

fn file_of(tag: &Value) -> String {
    format!("{}.md", tag["name"].as_str().unwrap().to_lowercase().replace(' ', "-"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api")
}

#[test]
fn the_pages_to_read_are_those_of_the_document() {
    // Where there is none yet, UPDATE_GOLDEN=1 makes it.
    std::fs::create_dir_all(folder()).unwrap();
    for tag in DOCUMENT["tags"].as_array().unwrap() {
        golden(&format!("../docs/api/{}", file_of(tag)), &page(tag));
    }
}

#[test]
fn every_tag_has_a_page_that_the_first_page_leads_to_and_no_page_is_left_over() {
    let expected: BTreeSet<String> = DOCUMENT["tags"].as_array().unwrap().iter().map(file_of).collect();
    let standing: BTreeSet<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(expected, standing);
    let first = std::fs::read_to_string(folder().join("../api.md")).unwrap();
    for file in expected {
        assert!(first.contains(&format!("](api/{file})")), "docs/api.md does not lead to docs/api/{file}");
    }
}
