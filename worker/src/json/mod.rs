//! JSON, read and written with little code: the server has some hundred types, and what serde's own
//! format makes for each of them was a third of the bundle. `docs/decisions/json.md` says how.
//! Any type with serde's derives can be read, except flattened and tagged ones.

mod failed;
mod read;
mod tree;
mod write;

pub use read::Node;
pub use tree::{DEPTH, Tree};
pub use write::{Unsupported, to_string};

use core::fmt;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Visitor},
};
use std::rc::Rc;

/// The name under which JSON goes through reader and writer as it is.
const RAW: &str = "guildhall::Json";

pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    Tree::parse(text)?.root().read()
}

/// JSON on its way, not looked into: only its reader knows its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json(String);

impl Json {
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Unsupported> {
        to_string(value).map(Self)
    }

    pub fn parse(text: String) -> Result<Self, Wrong> {
        Tree::parse(&text)?;
        Ok(Self(text))
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        from_str(&self.0)
    }

    /// The same without these fields.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let Some(tree) = Tree::parse(&self.0).ok().filter(|tree| tree.root().is_object()) else { return self.clone() };
        let kept = tree.root().fields().filter(|(name, _)| !names.contains(&name.as_ref()));
        let kept: Vec<String> = kept.map(|(name, value)| format!("\"{name}\":{}", value.raw())).collect();
        Self(format!("{{{}}}", kept.join(",")))
    }

    /// Whether it is an object with this field.
    pub fn has(&self, name: &str) -> bool {
        Tree::parse(&self.0).is_ok_and(|tree| tree.root().field(name).is_some())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// A value of a tree that several keep.
#[derive(Debug, Clone)]
pub struct Part {
    tree: Rc<Tree<'static>>,
    at: usize,
}

impl Part {
    /// Several values of one text, read once.
    pub fn new(tree: &Rc<Tree<'static>>, of: Node<'_>) -> Self {
        Self { tree: Rc::clone(tree), at: of.at }
    }

    pub fn whole(text: String) -> Result<Self, Wrong> {
        Ok(Self { tree: Rc::new(Tree::own(text)?), at: 0 })
    }

    pub fn node(&self) -> Node<'_> {
        self.tree.node(self.at)
    }
}

/// JSON that goes out as it stands.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'t>(pub &'t str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_newtype_struct(RAW, self.0)
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Raw(self.node().raw()).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::whole(Json::deserialize(d)?.0).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_newtype_struct(RAW, &self.0)
    }
}

/// Only from the reader of this module: another one gives no more than a string.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Raw;
        impl Visitor<'_> for Raw {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json(text.to_owned()))
            }
        }
        d.deserialize_newtype_struct(RAW, Raw)
    }
}

/// Why a text was not read. Names fields and kinds, quotes no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(Box<Why>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    NotJson,
    /// More lists and objects within each other than are taken.
    TooDeep,
    /// Nothing is there; whoever asked may have a default.
    Absent,
    /// Too few elements.
    Short,
    /// A field that has no default.
    Missing(&'static str),
    Kind {
        found: &'static str,
        wanted: &'static str,
    },
    Said(String),
    /// Starts with the field's name.
    At(String),
}

impl Wrong {
    pub fn is_too_deep(&self) -> bool {
        *self.0 == Why::TooDeep
    }
}

impl From<Why> for Wrong {
    fn from(why: Why) -> Self {
        Self(Box::new(why))
    }
}

impl Why {
    /// The same, seen from the field or element that it is in.
    fn at(self, name: &str) -> Self {
        Self::At(match self {
            Self::At(text) if text.starts_with('[') => format!("{name}{text}"),
            Self::At(text) => format!("{name}.{text}"),
            Self::Missing(_) => format!("{name}.{self}"),
            Self::Kind { found, wanted } => format!("{name} is {found}, not {wanted}"),
            why => format!("{name}: {why}"),
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("this is not JSON"),
            Self::TooDeep => f.write_str("this is nested too deeply"),
            Self::Absent => f.write_str("something is missing"),
            Self::Short => f.write_str("a list is too short"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Kind { found, wanted } => write!(f, "{found} stands where {wanted} belongs"),
            Self::Said(text) | Self::At(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Wrong {}

#[cfg(test)]
mod tests;
