//! Whether our JSON is `serde_json`'s, and what a refusal says.

use super::*;
use serde_json::Value;

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
    One(Inner),
    Pair(i64, String),
    Named { first: u8, second: Option<Box<Choice>> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Outer {
    text: String,
    small: u8,
    number: i64,
    inner: Inner,
    list: Vec<Choice>,
    answer: Result<u64, String>,
    nobody: Option<i64>,
    pair: (String, [bool; 2]),
    unit: (),
}

fn sample() -> Outer {
    let named = Choice::Named { first: 255, second: Some(Box::new(Choice::Nothing)) };
    Outer {
        text: "a \"quoted\" \\ \u{1}\u{8}\u{c}\n\r\t/ é 🦀 \u{2028}".to_owned(),
        small: 7,
        number: i64::MIN,
        inner: Inner { is_admin: true, note: None },
        list: vec![
            Choice::Nothing,
            Choice::One(Inner { is_admin: false, note: Some(String::new()) }),
            Choice::Pair(-1, "x".to_owned()),
            named,
        ],
        answer: Err("no".to_owned()),
        nobody: None,
        pair: (String::new(), [true, false]),
        unit: (),
    }
}

#[test]
fn what_is_written_is_what_serde_json_writes() {
    let text = to_string(&sample()).unwrap();
    assert_eq!(text, serde_json::to_string(&sample()).unwrap());
    assert_eq!(from_str::<Outer>(&text).unwrap(), sample());
    assert_eq!(to_string(&Vec::<u8>::new()).unwrap(), "[]");
    assert_eq!(to_string(&1.5), Err(Unsupported));
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
fn a_refusal_names_the_field_and_quotes_no_value() {
    for (text, why) in [
        ("{}", "text is missing"),
        (r#"{"text":1}"#, "text is a number, not a string"),
        (r#"{"text":"hunter2","text":"hunter2"}"#, "text is there twice"),
        (r#"{"text":"","small":256}"#, "small: this does not fit"),
        (r#"{"text":"","small":-1}"#, "small is a number, not a whole number from 0 up that fits"),
        (r#"{"text":"","small":1.0}"#, "small is a number, not a whole number from 0 up that fits"),
        (r#"{"text":"","small":1,"number":99999999999999999999}"#, "number is a number, not a whole number that fits"),
        (r#"{"text":"","small":1,"number":0,"inner":{}}"#, "inner.isAdmin is missing"),
        (
            r#"{"text":"","small":1,"number":0,"inner":{"isAdmin":"hunter2"}}"#,
            "inner.isAdmin is a string, not a boolean",
        ),
        (
            r#"{"text":"","small":1,"number":0,"inner":{"isAdmin":true},"list":["nothing","hunter2"]}"#,
            "list[1]: there is no such choice",
        ),
        (
            r#"{"text":"","small":1,"number":0,"inner":{"isAdmin":true},"list":[{"named":{"first":null}}]}"#,
            "list[0].first is null, not a whole number from 0 up that fits",
        ),
        (
            r#"{"text":"","small":1,"number":0,"inner":{"isAdmin":true},"list":["one"]}"#,
            "list[0]: something is missing",
        ),
    ] {
        assert_eq!(from_str::<Outer>(text).unwrap_err().to_string(), why, "{text}");
    }
    assert_eq!(from_str::<Inner>("[]").unwrap_err().to_string(), "a list stands where an object belongs");
}

/// Texts around the borders of the grammar, each with every byte changed in turn.
#[test]
fn the_same_texts_are_json_as_for_serde_json() {
    let texts = [
        r#"{"a":[1,-0,0.5,1e9,-2.5E+3],"b":{"c":null},"d":"x\n\u00e9\ud83e\udd80","e":true,"f":false}"#,
        r#"  [ [ ] , { } , "" ]  "#,
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "[1,]",
        r#"{"a":1,}"#,
        r#"{"a"}"#,
        r"{1:2}",
        "nul",
        "truefalse",
        "",
        " ",
        "\"\\ud83e\"",
        "\"\\udd80\"",
        "\"\\x\"",
        "\"\\",
        "\"a",
        "\"\u{7f}é\"",
        "[1]]",
    ];
    let agree = |text: &str| {
        let (ours, theirs) = (from_str::<Value>(text), serde_json::from_str::<Value>(text));
        assert_eq!(ours.is_ok(), theirs.is_ok(), "{text:?}");
        // serde_json reads long fractions less exactly than the standard library does.
        if !text.contains(['.', 'e', 'E']) {
            assert_eq!(ours.ok(), theirs.ok(), "{text:?}");
        }
    };
    for text in texts {
        agree(text);
        for at in 0..text.len() {
            for byte in 0..128_u8 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = byte;
                if let Ok(changed) = std::str::from_utf8(&bytes) {
                    agree(changed);
                }
            }
        }
    }
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Tree::parse(&deep(100)).is_ok());
    assert!(Tree::parse(&deep(101)).unwrap_err().is_too_deep());
    assert!(!Tree::parse("[[").unwrap_err().is_too_deep());
}
