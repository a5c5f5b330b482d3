//! Permanent ids: one letter for the kind, a `0`, and ten of `[0-9a-z]`.
//!
//! A namespace of that shape is refused (see `name`), so neither can pose as the other.

use core::{fmt, marker::PhantomData, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Characters in an id.
pub const LEN: usize = 12;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// What an id names.
pub trait Kind: Copy + Eq + Ord + 'static {
    const LETTER: u8;
    const NOUN: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $letter:literal $noun:literal;)*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $kind;
        impl Kind for $kind {
            const LETTER: u8 = $letter;
            const NOUN: &'static str = $noun;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// A team, private workspaces among them.
    TeamKind TeamId b't' "team";
    /// A person who signs in.
    AccountKind AccountId b'u' "account";
    /// A credential for programs.
    ApiKeyKind ApiKeyId b'k' "API key";
    /// One browser's sign-in.
    SessionKind SessionId b's' "session";
    /// An offer to join a team.
    InvitationKind InvitationId b'i' "invitation";
    /// A one-time link in a mail.
    LinkKind LinkId b'l' "link";
    /// A browser that an account has signed in from.
    DeviceKind DeviceId b'd' "device";
    /// An account's public key for Linux machines.
    SshKeyKind SshKeyId b'h' "SSH key";
    /// A passkey of an account.
    PasskeyKind PasskeyId b'y' "passkey";
    /// One try at deactivating an account.
    AttemptKind AttemptId b'a' "attempt";
}

/// An id of the kind `K`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K>([u8; LEN], PhantomData<K>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is not the id of a {0}.")]
pub struct NotAnId(&'static str);

impl<K: Kind> Id<K> {
    /// An id out of random bytes. Ten characters hold 51 bits: an owner object refuses one that is taken.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let mut number = u128::from_be_bytes(bytes);
        let mut id = [b'0'; LEN];
        for (at, slot) in id.iter_mut().enumerate() {
            *slot = match at {
                0 => K::LETTER,
                1 => b'0',
                _ => {
                    let digit = usize::try_from(number % 36).unwrap_or_default();
                    number /= 36;
                    ALPHABET.get(digit).copied().unwrap_or(b'0')
                }
            };
        }
        Self(id, PhantomData)
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The ten characters that differ between ids of a kind.
    pub fn tail(&self) -> &str {
        self.as_str().get(2..).unwrap_or_default()
    }

    /// The id whose last ten characters these are.
    pub fn from_tail(tail: &str) -> Result<Self, NotAnId> {
        format!("{}0{tail}", char::from(K::LETTER)).parse()
    }
}

/// Whether a text has the shape of some id: a letter, `0`, ten of `[0-9a-z]`.
pub fn is_id_shaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == LEN
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.get(1) == Some(&b'0')
        && bytes.iter().skip(2).all(|b| ALPHABET.contains(b))
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = NotAnId(K::NOUN);
        if !is_id_shaped(text) || text.as_bytes().first() != Some(&K::LETTER) {
            return Err(wrong);
        }
        let bytes: [u8; LEN] = text.as_bytes().try_into().map_err(|_| wrong)?;
        Ok(Self(bytes, PhantomData))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        crate::text::parsed(d)
    }
}

#[cfg(feature = "schema")]
impl<K: Kind> utoipa::PartialSchema for Id<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(format!(
                "A permanent id: `{}0` and ten lowercase letters or digits.",
                char::from(K::LETTER)
            )))
            .pattern(Some(format!("^{}0[0-9a-z]{{10}}$", char::from(K::LETTER))))
            .into()
    }
}

#[cfg(feature = "schema")]
impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!(
            "{}Id",
            K::NOUN.split(' ').map(|word| word[..1].to_uppercase() + &word[1..].to_lowercase()).collect::<String>()
        )
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_letter_a_zero_and_ten_characters() {
        let id = TeamId::from_random([7; 16]);
        assert_eq!(id.as_str().len(), LEN);
        assert!(id.as_str().starts_with("t0"));
        assert_eq!(id.as_str().parse::<TeamId>(), Ok(id));
        assert_eq!(TeamId::from_tail(id.tail()), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        for text in ["u0aaaaaaaaaa", "t0aaaaaaaaa", "t0aaaaaaaaaaa", "t1aaaaaaaaaa", "t0AAAAAAAAAA", ""] {
            assert_eq!(text.parse::<TeamId>(), Err(NotAnId("team")), "{text}");
        }
    }
}
