//! Commands to objects. A command's type fixes the class of objects that it is for and the type of the reply, so that sending
//! it elsewhere, or reading another reply, does not compile.

use crate::{InternalError, Json, Product, Read};
use core::{
    fmt::{self, Debug, Formatter},
    marker::PhantomData,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A class of objects.
pub trait Class: 'static {
    type Product: Product;
    /// Identifies an object within the class.
    type Id: Clone + Debug + 'static;

    fn address(id: &Self::Id) -> <Self::Product as Product>::Address;
    /// The id behind an address; `None` if the address is of another class.
    fn id(address: &<Self::Product as Product>::Address) -> Option<Self::Id>;
}

pub trait Command: Serialize + DeserializeOwned + 'static {
    type On: Class;
    type Reply: Serialize + DeserializeOwned;
    /// Stored with queued calls in outboxes, so it must never change.
    const NAME: &'static str;
}

/// A command with its name, in the form in which it is sent and stored in outboxes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub with: Json,
}

/// Prints the name only: the payload may hold a password.
impl Debug for Named {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Named {
    pub fn new<C: Command>(command: &C) -> Result<Self, InternalError> {
        Ok(Self { name: C::NAME.to_owned(), with: Json::of(command)? })
    }

    /// The command, if it is a `C`.
    pub fn read<C: Command>(&self) -> Option<Result<C, InternalError>> {
        (self.name == C::NAME).then(|| Ok(self.with.read()?))
    }

    /// A command as the first version of outboxes stored it, nested under the name of its rule's file: `{"member":{"remove":…}}`,
    /// or `{"team":"purge"}` without a payload.
    pub(crate) fn nested(json: &Json) -> Option<Self> {
        let (outer, inner) = json.read::<BTreeMap<String, Json>>().ok()?.pop_first()?;
        if let Ok(name) = inner.read::<String>() {
            return Some(Self { name: format!("{outer}.{name}"), with: Json::of(&()).ok()? });
        }
        let (name, with) = inner.read::<BTreeMap<String, Json>>().ok()?.pop_first()?;
        Some(Self { name: format!("{outer}.{name}"), with })
    }
}

/// What a call asks its object to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ask {
    Read(Read),
    Do(Named),
}

/// An unparsed reply, which may be passed on as it is.
#[derive(Clone)]
pub struct Reply<T>(Json, PhantomData<T>);

impl<T: DeserializeOwned> Reply<T> {
    pub fn new(json: Json) -> Self {
        Self(json, PhantomData)
    }

    pub fn read(&self) -> Result<T, InternalError> {
        Ok(self.0.read()?)
    }

    /// Parses the reply as another type, which may leave parts unparsed.
    pub fn read_as<U: DeserializeOwned>(&self) -> Result<U, InternalError> {
        Ok(self.0.read()?)
    }
}

impl<T> From<Reply<T>> for Json {
    fn from(reply: Reply<T>) -> Self {
        reply.0
    }
}

/// Which object a command is for.
pub type IdOf<C> = <<C as Command>::On as Class>::Id;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_the_first_version_are_known_by_their_new_names() {
        for (nested, name, with) in [
            (r#"{"member":{"remove":{"account":"u0"}}}"#, "member.remove", r#"{"account":"u0"}"#),
            (r#"{"team":"purge"}"#, "team.purge", "null"),
            (r#"{"account":{"edit":{"bio":"x"}}}"#, "account.edit", r#"{"bio":"x"}"#),
        ] {
            let named = Named::nested(&Json::parse(nested.to_owned()).unwrap()).unwrap();
            assert_eq!((named.name.as_str(), named.with.as_str()), (name, with));
        }
        for none in ["{}", "5", r#"{"team":{}}"#, r#"{"team":[]}"#] {
            assert_eq!(Named::nested(&Json::parse(none.to_owned()).unwrap()), None, "{none}");
        }
    }
}
