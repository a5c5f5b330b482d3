//! JSON by `serde_json`, with error messages that quote no value: the text may be a password or a record with a password hash,
//! and the message goes into an answer or the log.

use core::fmt;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

pub fn from_str<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Wrong> {
    Ok(serde_json::from_str(text)?)
}

pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Wrong> {
    Ok(serde_json::to_string(value)?)
}

/// Unparsed JSON in transit; only the final reader knows its type.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Wrong> {
        Ok(Self(to_raw_value(value)?))
    }

    pub fn parse(text: String) -> Result<Self, Wrong> {
        Ok(Self(RawValue::from_string(text)?))
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        from_str(self.as_str())
    }

    /// A copy without these fields.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let Ok(mut fields) = self.read::<Map<String, Value>>() else { return self.clone() };
        fields.retain(|name, _| !names.contains(&name.as_str()));
        Self::of(&fields).unwrap_or_else(|_| self.clone())
    }

    /// Whether it is an object with this field.
    pub fn has(&self, name: &str) -> bool {
        self.read::<Map<String, Value>>().is_ok_and(|fields| fields.contains_key(name))
    }

    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    pub fn into_string(self) -> String {
        Box::<str>::from(self.0).into()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Json {}

/// Why parsing or serializing failed: what was expected, never what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(String);

impl From<serde_json::Error> for Wrong {
    fn from(why: serde_json::Error) -> Self {
        let place = place(&why);
        Self(format!("{}{place}", expected(&why)))
    }
}

/// The position that `serde_json` appends to its message; empty for an error without a position.
fn place(why: &serde_json::Error) -> String {
    if why.line() == 0 { String::new() } else { format!(" at line {} column {}", why.line(), why.column()) }
}

/// What was expected, without the value found and without the position.
///
/// `serde` has no structured errors, so this parses its messages: those about a value quote it and end with what was expected.
pub fn expected(why: &serde_json::Error) -> String {
    let message = why.to_string();
    let message = message.strip_suffix(&place(why)).unwrap_or(&message);
    let quotes = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant ", "unknown field "];
    if !quotes.iter().any(|start| message.starts_with(start)) {
        // Invalid syntax, a missing or duplicate field, or a message of our own types.
        return message.to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((_, wanted)) => format!("expected {wanted}"),
        None => "this does not fit".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Inner {
        is_admin: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Choice {
        Nothing,
        Number(u8),
    }

    #[test]
    fn fields_may_stand_in_any_order_and_unknown_ones_are_passed_over() {
        let text = r#" { "x" : [ { } , [ ] , 1.5e-3 , "\u0041" ] , "note" : "\ud83e\udd80" , "isAdmin" : true } "#;
        assert_eq!(from_str::<Inner>(text).unwrap(), Inner { is_admin: true, note: Some("🦀".to_owned()) });
        assert_eq!(from_str::<Inner>(r#"{"is\u0041dmin":false}"#).unwrap(), Inner { is_admin: false, note: None });
    }

    #[test]
    fn json_goes_through_as_it_is() {
        #[derive(Serialize, Deserialize)]
        struct Row {
            id: String,
            meta: Json,
            more: Option<Json>,
        }
        let row: Row = from_str(r#"{"meta": { "a" : [1.0] } ,"id":"x"}"#).unwrap();
        assert_eq!((row.meta.as_str(), row.more.is_none()), (r#"{ "a" : [1.0] }"#, true));
        assert_eq!(to_string(&row).unwrap(), r#"{"id":"x","meta":{ "a" : [1.0] },"more":null}"#);
        assert!(Json::parse("{".to_owned()).is_err());
    }

    #[test]
    fn fields_are_left_out_and_the_others_stand_as_they_did() {
        let json = Json::parse(r#"{"z":1,"key":"hunter2","a":{"y":"é\n","b":[-1,null,true]}}"#.to_owned()).unwrap();
        assert_eq!(json.without(&["key", "uri"]).as_str(), r#"{"z":1,"a":{"y":"é\n","b":[-1,null,true]}}"#);
        assert!(json.has("key") && !json.has("uri"));
        let list = Json::parse(r#"["key"]"#.to_owned()).unwrap();
        assert_eq!(list.without(&["key"]), list);
        assert!(!list.has("key"));
    }

    #[test]
    fn a_refusal_says_what_was_expected_and_quotes_no_value() {
        for (text, why) in [
            ("{}", "missing field `isAdmin` at line 1 column 2"),
            (r#"{"isAdmin":"hunter2"}"#, "expected a boolean at line 1 column 20"),
            (r#"{"isAdmin":"hunter2, expected hunter2"}"#, "expected a boolean at line 1 column 38"),
            (r#"{"isAdmin":12345}"#, "expected a boolean at line 1 column 16"),
            (r#"{"isAdmin":true,"isAdmin":true}"#, "duplicate field `isAdmin` at line 1 column 25"),
            (r#"{"isAdmin":true"#, "EOF while parsing an object at line 1 column 15"),
            ("hunter2", "expected value at line 1 column 1"),
        ] {
            assert_eq!(from_str::<Inner>(text).unwrap_err().to_string(), why, "{text}");
        }
        for (text, why) in [
            (r#""hunter2""#, "expected `nothing` or `number` at line 1 column 9"),
            (r#"{"number":12345}"#, "expected u8 at line 1 column 15"),
            (r#"{"hunter2":1}"#, "expected `nothing` or `number` at line 1 column 10"),
        ] {
            assert_eq!(from_str::<Choice>(text).unwrap_err().to_string(), why, "{text}");
        }
    }
}
