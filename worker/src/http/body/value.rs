//! A body as it was sent. What `serde_json::Value` would lose is kept: a name that appears twice. Texts are borrowed from the
//! body where they can be, so that its secrets are not copied about.

use core::{cell::Cell, fmt};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use std::borrow::Cow;

/// Lists and objects within each other. `serde_json` itself stops at 128.
pub const DEPTH: u8 = 100;

/// No `Debug`: it would print passwords.
pub enum Value<'t> {
    Null,
    Boolean,
    Number,
    Text(Cow<'t, str>),
    List(Vec<Value<'t>>),
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
}

/// Why a text is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    NotJson,
    TooDeep,
}

impl<'t> Value<'t> {
    pub fn parse(text: &'t str) -> Result<Self, Unread> {
        let is_too_deep = Cell::new(false);
        let mut from = serde_json::Deserializer::from_str(text);
        let value = Inside { levels: DEPTH, is_too_deep: &is_too_deep }.deserialize(&mut from);
        let whole = value.and_then(|value| from.end().map(|()| value));
        whole.map_err(|_| if is_too_deep.get() { Unread::TooDeep } else { Unread::NotJson })
    }

    /// The fields of an object in the order in which they were sent; none of anything else.
    pub fn fields(&self) -> &[(Cow<'t, str>, Value<'t>)] {
        match self {
            Self::Object(fields) => fields,
            Self::Null | Self::Boolean | Self::Number | Self::Text(_) | Self::List(_) => &[],
        }
    }
}

/// Reads a value that has so many levels left.
#[derive(Clone, Copy)]
struct Inside<'c> {
    levels: u8,
    is_too_deep: &'c Cell<bool>,
}

impl Inside<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| {
            self.is_too_deep.set(true);
            E::custom("too deep")
        })?;
        Ok(Self { levels, ..self })
    }
}

impl<'t> DeserializeSeed<'t> for Inside<'_> {
    type Value = Value<'t>;

    fn deserialize<D: Deserializer<'t>>(self, from: D) -> Result<Value<'t>, D::Error> {
        from.deserialize_any(self)
    }
}

/// The name of a field.
#[derive(Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> Visitor<'t> for Inside<'_> {
    type Value = Value<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value<'t>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'t>, E> {
        Ok(Value::Boolean)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<'t>, E> {
        Ok(Value::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value<'t>, E> {
        Ok(Value::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'t>, E> {
        Ok(Value::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Value<'t>, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'t>, E> {
        Ok(Value::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut from: A) -> Result<Value<'t>, A::Error> {
        let inside = self.deeper()?;
        let mut elements = vec![];
        while let Some(element) = from.next_element_seed(inside)? {
            elements.push(element);
        }
        Ok(Value::List(elements))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut from: A) -> Result<Value<'t>, A::Error> {
        let inside = self.deeper()?;
        let mut fields = vec![];
        while let Some(Name(name)) = from.next_key()? {
            fields.push((name, from.next_value_seed(inside)?));
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(text: &str) -> Option<Unread> {
        Value::parse(text).err()
    }

    #[test]
    fn the_first_thing_that_is_wrong_with_a_text_is_said() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(unread(&deep(100)), None);
        assert_eq!(unread(&deep(101)), Some(Unread::TooDeep));
        assert_eq!(unread(&"{\"a\":".repeat(101)), Some(Unread::TooDeep));
        for text in ["[[", "", " ", "{}{}", "[1,]", "{\"a\":1,}", "\"\\ud83e\"", "\"[", &format!("x{}", deep(101))] {
            assert_eq!(unread(text), Some(Unread::NotJson), "{text}");
        }
        // Brackets in a text are no levels.
        assert_eq!(unread(&format!("[\"{}\"]", "[".repeat(200))), None);
    }

    #[test]
    fn a_name_stands_as_often_as_it_was_sent() {
        let text = r#"{"a":null,"b":[true,-1,1.5],"\u0061":"\n"}"#;
        let value = Value::parse(text).unwrap_or(Value::Null);
        let names: Vec<&str> = value.fields().iter().map(|(name, _)| name.as_ref()).collect();
        assert_eq!(names, ["a", "b", "a"]);
        let [(_, Value::Null), (_, Value::List(list)), (_, Value::Text(text))] = value.fields() else {
            panic!("these are of other kinds")
        };
        assert!(matches!(list.as_slice(), [Value::Boolean, Value::Number, Value::Number]));
        assert_eq!(text, "\n");
    }
}
