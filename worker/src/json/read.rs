//! From a tree to a type. serde makes code for every way in which a format may present a type; this
//! format has one way each. A struct comes as a sequence in the order of its declaration, whatever
//! the order in the text, and a variant by its number: names are compared here, once for all types.

use super::{
    RAW, Tree, Why, Wrong,
    failed::{Failed, failed},
    tree::{Item, Kind},
};
use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
        value::U32Deserializer,
    },
    forward_to_deserialize_any,
};
use std::borrow::Cow;

/// A value in a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    pub(super) at: usize,
}

/// The place of what is not there.
const NOWHERE: usize = usize::MAX;

impl<'t> Node<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, at: usize) -> Self {
        Self { tree, at }
    }

    pub fn read<T: DeserializeOwned>(self) -> Result<T, Wrong> {
        T::deserialize(self).map_err(Failed::why)
    }

    pub fn is_object(self) -> bool {
        self.item().kind == Kind::Map
    }

    pub fn is_list(self) -> bool {
        self.item().kind == Kind::List
    }

    /// The value as it stands in the text.
    pub fn raw(self) -> &'t str {
        self.tree.raw(self.item())
    }

    /// The fields of an object, in the order of the text.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Node<'t>)> {
        let mut inside = self.inside_of(Kind::Map);
        core::iter::from_fn(move || {
            let name = inside.take()?;
            Some((name.said(), inside.take()?))
        })
    }

    /// A field of an object; the first, if there are several of this name.
    pub fn field(self, name: &str) -> Option<Node<'t>> {
        self.fields().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The elements of a list.
    pub fn elements(self) -> impl Iterator<Item = Node<'t>> {
        let mut inside = self.inside_of(Kind::List);
        core::iter::from_fn(move || inside.take())
    }

    fn inside_of(self, kind: Kind) -> Inside<'t> {
        if self.item().kind == kind { self.inside() } else { Inside { node: self, end: self.at } }
    }

    fn item(self) -> Item {
        self.tree.item(self.at)
    }

    fn said(self) -> Cow<'t, str> {
        self.tree.said(self.item())
    }

    fn inside(self) -> Inside<'t> {
        let end = self.item().next as usize;
        Inside { node: Self { tree: self.tree, at: self.at + 1 }, end }
    }

    fn wrong(self, wanted: &'static str) -> Failed {
        match self.item().kind {
            Kind::Absent => failed(Why::Absent),
            kind => failed(Why::Kind { found: kind.noun(), wanted }),
        }
    }

    pub fn bool(self) -> Result<bool, Failed> {
        match self.item().kind {
            Kind::True => Ok(true),
            Kind::False => Ok(false),
            _ => Err(self.wrong("a boolean")),
        }
    }

    pub fn signed(self) -> Result<i64, Failed> {
        let number = if self.item().kind == Kind::Integer { self.raw().parse().ok() } else { None };
        number.ok_or_else(|| self.wrong("a whole number that fits"))
    }

    fn unsigned(self) -> Result<u64, Failed> {
        let number = if self.item().kind == Kind::Integer { self.raw().parse().ok() } else { None };
        number.ok_or_else(|| self.wrong("a whole number from 0 up that fits"))
    }

    pub fn text(self) -> Result<Cow<'t, str>, Failed> {
        match self.item().kind {
            Kind::Text | Kind::Escaped => Ok(self.said()),
            _ => Err(self.wrong("a string")),
        }
    }

    /// Whether it is `null`, or not there.
    pub fn is_null(self) -> bool {
        matches!(self.item().kind, Kind::Null | Kind::Absent)
    }

    fn list(self) -> Result<Elements<'t>, Failed> {
        match self.item().kind {
            Kind::List => Ok(Elements { inside: self.inside(), at: 0 }),
            _ => Err(self.wrong("a list")),
        }
    }

    fn object(self, names: &'static [&'static str]) -> Result<Fields<'t>, Failed> {
        match self.item().kind {
            Kind::Map => Ok(Fields { node: self, names, at: 0 }),
            _ => Err(self.wrong("an object")),
        }
    }

    /// A string is a variant without content; an object of one field is one with.
    fn variant(self, names: &[&str]) -> Result<Variant<'t>, Failed> {
        let nowhere = Self { tree: self.tree, at: NOWHERE };
        let (name, content) = match self.item().kind {
            Kind::Text | Kind::Escaped => (self.said(), nowhere),
            Kind::Map => {
                let mut fields = self.fields();
                match (fields.next(), fields.next()) {
                    (Some(only), None) => only,
                    _ => return Err(failed(Why::Said("one of several is wanted".to_owned()))),
                }
            }
            _ => return Err(self.wrong("one of several")),
        };
        match names.iter().position(|known| *known == name) {
            Some(number) => Ok(Variant { number: u32::try_from(number).unwrap_or(u32::MAX), content }),
            None => Err(failed(Why::Said("there is no such choice".to_owned()))),
        }
    }
}

macro_rules! numbers {
    ($($method:ident $read:ident $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Failed;

    numbers! {
        deserialize_bool bool visit_bool,
        deserialize_i8 signed visit_i64,
        deserialize_i16 signed visit_i64,
        deserialize_i32 signed visit_i64,
        deserialize_i64 signed visit_i64,
        deserialize_u8 unsigned visit_u64,
        deserialize_u16 unsigned visit_u64,
        deserialize_u32 unsigned visit_u64,
        deserialize_u64 unsigned visit_u64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        match self.item().kind {
            Kind::Absent => Err(failed(Why::Absent)),
            Kind::Null => visitor.visit_unit(),
            Kind::True => visitor.visit_bool(true),
            Kind::False => visitor.visit_bool(false),
            Kind::Integer if self.raw().starts_with('-') => visitor.visit_i64(self.signed()?),
            Kind::Integer => visitor.visit_u64(self.unsigned()?),
            Kind::Fraction => visitor.visit_f64(self.raw().parse().unwrap_or_default()),
            Kind::Text | Kind::Escaped => visitor.visit_str(&self.said()),
            Kind::List => visitor.visit_seq(self.list()?),
            Kind::Map => visitor.visit_map(Entries(self.inside())),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failed> {
        if name != RAW {
            visitor.visit_newtype_struct(self)
        } else if self.item().kind == Kind::Absent {
            Err(failed(Why::Absent))
        } else {
            visitor.visit_str(self.raw())
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Failed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        visitor.visit_seq(self.object(fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        visitor.visit_enum(self.variant(variants)?)
    }

    forward_to_deserialize_any! { i128 u128 f32 f64 char bytes byte_buf unit unit_struct map ignored_any }
}

/// What stands in a list or an object.
#[derive(Clone, Copy)]
struct Inside<'t> {
    node: Node<'t>,
    end: usize,
}

impl<'t> Inside<'t> {
    fn take(&mut self) -> Option<Node<'t>> {
        let node = self.node;
        if node.at >= self.end {
            return None;
        }
        self.node.at = node.item().next as usize;
        Some(node)
    }
}

struct Elements<'t> {
    inside: Inside<'t>,
    at: usize,
}

impl Elements<'_> {
    fn named(&self, failed: Failed) -> Failed {
        failed.at(&format!("[{}]", self.at - 1))
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Failed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failed> {
        self.at += 1;
        match self.inside.take() {
            None => {
                // Most lists end; to one that may not, this is what is wrong.
                failed(Why::Short);
                Ok(None)
            }
            Some(node) => seed.deserialize(node).map(Some).map_err(|failed| self.named(failed)),
        }
    }
}

/// The fields of a struct, one after the other as it declares them.
struct Fields<'t> {
    node: Node<'t>,
    names: &'static [&'static str],
    at: usize,
}

impl<'t> Fields<'t> {
    fn take(&mut self) -> Result<Node<'t>, Failed> {
        let name = self.names.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        let mut inside = self.node.inside();
        let mut found = None;
        while let (Some(key), Some(value)) = (inside.take(), inside.take()) {
            if key.said() == name && found.replace(value).is_some() {
                return Err(failed(Why::At(format!("{name} is there twice"))));
            }
        }
        Ok(found.unwrap_or(Node { tree: self.node.tree, at: NOWHERE }))
    }

    /// Nothing where the field is missing and the type has no say in it: the struct may have a default.
    fn excuse(&self, node: Node<'_>, wrong: Failed) -> Result<(), Failed> {
        let name = self.names.get(self.at - 1).copied().unwrap_or_default();
        if node.at == NOWHERE && wrong.is_absence() {
            failed(Why::Missing(name));
            return Ok(());
        }
        Err(wrong.at(name))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Failed;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failed> {
        let node = self.take()?;
        match seed.deserialize(node) {
            Ok(value) => Ok(Some(value)),
            Err(wrong) => self.excuse(node, wrong).map(|()| None),
        }
    }
}

struct Variant<'t> {
    number: u32,
    content: Node<'t>,
}

impl<'de, 't> EnumAccess<'de> for Variant<'t> {
    type Error = Failed;
    type Variant = Content<'t>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content<'t>), Failed> {
        Ok((seed.deserialize(U32Deserializer::<Failed>::new(self.number))?, Content(self.content)))
    }
}

/// What a variant holds.
struct Content<'t>(Node<'t>);

impl<'de> VariantAccess<'de> for Content<'_> {
    type Error = Failed;

    fn unit_variant(self) -> Result<(), Failed> {
        if self.0.is_null() { Ok(()) } else { Err(self.0.wrong("a choice without content")) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failed> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Failed> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failed> {
        self.0.deserialize_struct("", fields, visitor)
    }
}

/// The fields of an object whose names no type knows.
struct Entries<'t>(Inside<'t>);

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Failed;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failed> {
        self.0.take().map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failed> {
        seed.deserialize(self.0.take().ok_or_else(|| failed(Why::Absent))?)
    }
}
