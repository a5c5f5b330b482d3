//! From a type to text. Writes what `serde_json` would write, byte for byte: stored formats depend on it.

use super::RAW;
use core::fmt::{Display, Write};
use serde::{
    Serialize, Serializer,
    ser::{
        Error, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Unsupported> {
    let mut out = Out { text: String::with_capacity(128), as_is: false };
    value.serialize(&mut out)?;
    Ok(out.text)
}

/// A type that this writer does not know: a float, bytes, a map whose keys are no strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this type is not written as JSON")]
pub struct Unsupported;

impl Error for Unsupported {
    fn custom<T: Display>(_said: T) -> Self {
        Self
    }
}

struct Out {
    text: String,
    /// Whether the next string is JSON already.
    as_is: bool,
}

impl Out {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A comma, unless this is the first in its list or object.
    fn comma(&mut self) {
        if !self.text.ends_with(['[', '{']) {
            self.text.push(',');
        }
    }

    /// The name of a field: an identifier, which needs no escapes.
    fn name(&mut self, name: &str) {
        self.comma();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    fn open_variant(&mut self, name: &str, bracket: char) {
        self.text.push('{');
        self.name(name);
        self.text.push(bracket);
    }

    fn number(&mut self, number: impl Display) {
        // Writing into a string cannot fail.
        let _ = write!(self.text, "{number}");
    }

    fn text(&mut self, text: &str) {
        if core::mem::take(&mut self.as_is) {
            return self.raw(text);
        }
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.text.push_str(plain);
            let byte = after.bytes().next().unwrap_or_default();
            match byte {
                b'"' => self.text.push_str("\\\""),
                b'\\' => self.text.push_str("\\\\"),
                0x8 => self.text.push_str("\\b"),
                0xc => self.text.push_str("\\f"),
                b'\n' => self.text.push_str("\\n"),
                b'\r' => self.text.push_str("\\r"),
                b'\t' => self.text.push_str("\\t"),
                _ => {
                    let _ = write!(self.text, "\\u{byte:04x}");
                }
            }
            rest = after.get(1..).unwrap_or_default();
        }
        self.text.push_str(rest);
        self.text.push('"');
    }
}

type Done = Result<(), Unsupported>;

/// A list or an object under way, and what closes it.
struct Parts<'o> {
    out: &'o mut Out,
    close: &'static str,
}

impl Parts<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.out.comma();
        value.serialize(&mut *self.out)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.out.name(name);
        value.serialize(&mut *self.out)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape that serde asks for")]
    fn close(self) -> Done {
        self.out.raw(self.close);
        Ok(())
    }
}

macro_rules! parts {
    ($($shape:ident $method:ident($($name:ident)?) $own:ident)*) => {$(
        impl $shape for Parts<'_> {
            type Ok = ();
            type Error = Unsupported;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Done {
                self.$own($($name,)? value)
            }

            fn end(self) -> Done {
                self.close()
            }
        }
    )*};
}
parts! {
    SerializeSeq serialize_element() element
    SerializeTuple serialize_element() element
    SerializeTupleStruct serialize_field() element
    SerializeTupleVariant serialize_field() element
    SerializeStruct serialize_field(name) field
    SerializeStructVariant serialize_field(name) field
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.element(key)?;
        let is_text = self.out.text.ends_with('"');
        self.out.raw(":");
        if is_text { Ok(()) } else { Err(Unsupported) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut *self.out)
    }

    fn end(self) -> Done {
        self.close()
    }
}

macro_rules! numbers {
    ($($method:ident $number:ty,)*) => {$(
        fn $method(self, number: $number) -> Done {
            self.number(number);
            Ok(())
        }
    )*};
}

impl<'o> Serializer for &'o mut Out {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Parts<'o>;
    type SerializeTuple = Parts<'o>;
    type SerializeTupleStruct = Parts<'o>;
    type SerializeTupleVariant = Parts<'o>;
    type SerializeMap = Parts<'o>;
    type SerializeStruct = Parts<'o>;
    type SerializeStructVariant = Parts<'o>;

    numbers! {
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_u64 u64,
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, _value: f32) -> Done {
        Err(Unsupported)
    }

    fn serialize_f64(self, _value: f64) -> Done {
        Err(Unsupported)
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _value: &[u8]) -> Done {
        Err(Unsupported)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.raw("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _number: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Done {
        self.as_is = name == RAW;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _number: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.raw("{");
        self.name(variant);
        value.serialize(&mut *self)?;
        self.raw("}");
        Ok(())
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Parts<'o>, Unsupported> {
        self.raw("[");
        Ok(Parts { out: self, close: "]" })
    }

    fn serialize_tuple(self, _length: usize) -> Result<Parts<'o>, Unsupported> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Parts<'o>, Unsupported> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _number: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Parts<'o>, Unsupported> {
        self.open_variant(variant, '[');
        Ok(Parts { out: self, close: "]}" })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Parts<'o>, Unsupported> {
        self.raw("{");
        Ok(Parts { out: self, close: "}" })
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Parts<'o>, Unsupported> {
        self.raw("{");
        Ok(Parts { out: self, close: "}" })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _number: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Parts<'o>, Unsupported> {
        self.open_variant(variant, '{');
        Ok(Parts { out: self, close: "}}" })
    }
}
