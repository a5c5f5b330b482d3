//! Whether an answer is what the document says of its operation: as much of JSON Schema as the
//! document uses.

use super::DOCUMENT;
use crate::support::Reply;
use guildhall_shared::Timestamp;
use serde_json::{Value, json};

/// The status is documented for the operation, and the body fits.
#[track_caller]
pub fn conforms(operation: &str, reply: &Reply) {
    conforms_to(&DOCUMENT, operation, reply);
}

/// The same of a document.
#[track_caller]
pub fn conforms_to(document: &'static Value, operation: &str, reply: &Reply) {
    let paths = document["paths"].as_object().unwrap();
    let mut operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let found = operations.find(|of| of["operationId"] == operation).unwrap_or_else(|| panic!("{operation}"));
    let mut response = &found["responses"][reply.status.to_string()];
    if let Some(reference) = response["$ref"].as_str() {
        response = resolve(document, reference);
    }
    assert!(response.is_object(), "{operation} does not document {}: {}", reply.status, reply.text);
    for (name, header) in response["headers"].as_object().unwrap() {
        let header = resolve(document, header["$ref"].as_str().unwrap());
        assert!(
            header["required"] != true || reply.header(name).is_some(),
            "{operation} {} lacks {name}",
            reply.status
        );
    }
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert_eq!((reply.text.as_str(), reply.header("content-type")), ("", None), "{operation}");
        return;
    }
    assert_eq!(reply.header("content-type"), Some("application/json"), "{operation}");
    let body: Value = serde_json::from_str(&reply.text).unwrap();
    if let Err(why) = fits(document, schema, &body) {
        panic!("{operation} {}: {why} in {}", reply.status, reply.text);
    }
}

fn resolve<'d>(document: &'d Value, reference: &str) -> &'d Value {
    document.pointer(reference.trim_start_matches('#')).unwrap()
}

fn fits(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(document, resolve(document, reference), value);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        let fitting = either.iter().filter(|schema| fits(document, schema, value).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{value} fits {fitting} of {}", either.len())) };
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("null") => value.is_null(),
        None if schema["type"] == json!(["string", "null"]) => value.is_string() || value.is_null(),
        other => panic!("an answer is described as {other:?}"),
    };
    if !right {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    if let Some(text) = value.as_str() {
        return text_fits(schema, text);
    }
    for item in value.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item)?;
    }
    let Some(fields) = value.as_object() else { return Ok(()) };
    for required in schema["required"].as_array().into_iter().flatten() {
        if !fields.contains_key(required.as_str().unwrap()) {
            return Err(format!("{required} is missing"));
        }
    }
    if schema["properties"].is_null() {
        return Ok(());
    }
    for (name, field) in fields {
        // Every field that is answered is described, though clients have to take more.
        let described = schema["properties"].get(name).ok_or(format!("{name} is not described"))?;
        fits(document, described, field).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}

fn text_fits(schema: &Value, text: &str) -> Result<(), String> {
    if schema["format"] == "date-time" && text.parse::<Timestamp>().is_err() {
        return Err(format!("{text} is no time"));
    }
    // The patterns of answers are those of ids: a letter, a zero, ten characters.
    let letter = schema["pattern"].as_str().and_then(|pattern| pattern.chars().nth(1));
    match letter {
        Some(letter) if !text.starts_with(letter) || !guildhall_shared::id::is_id_shaped(text) => {
            Err(format!("{text} is no id"))
        }
        _ => Ok(()),
    }
}
