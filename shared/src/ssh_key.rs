//! SSH keys of an account: the wire types, and how a public key is read from what someone pastes. A
//! private key is known by sight, and nothing of it is repeated.

use crate::{
    base64,
    curve::{Curve, is_ed25519},
    error::Issue,
    id::SshKeyId,
    name::DisplayName,
    timestamp::Timestamp,
    typed::trimmed,
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Keys of one account.
pub const KEYS_MAX: usize = 50;
/// Characters of what is pasted.
pub const TEXT_MAX: usize = 16_384;
/// Bits of an RSA modulus. OpenSSL checks no signature by a longer one.
pub const RSA_BITS: core::ops::RangeInclusive<u32> = 3_072..=16_384;
/// OpenSSL takes no longer exponent with a modulus of this size.
const RSA_EXPONENT_MAX: usize = 8;

macro_rules! algorithms {
    ($($name:ident $text:literal $label:literal,)*) => {
        /// The types that are taken, under the names that OpenSSH writes (RFC 4253, 5656 and 8709, and
        /// OpenSSH's PROTOCOL.u2f).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Algorithm {
            $(#[serde(rename = $text)] $name,)*
        }

        impl Algorithm {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// For people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

algorithms! {
    Ed25519 "ssh-ed25519" "Ed25519",
    EcdsaP256 "ecdsa-sha2-nistp256" "ECDSA",
    EcdsaP384 "ecdsa-sha2-nistp384" "ECDSA",
    EcdsaP521 "ecdsa-sha2-nistp521" "ECDSA",
    Rsa "ssh-rsa" "RSA",
    SkEd25519 "sk-ssh-ed25519@openssh.com" "Ed25519 security key",
    SkEcdsaP256 "sk-ecdsa-sha2-nistp256@openssh.com" "ECDSA security key",
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Algorithm {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("The type of a public key."))
            .enum_values(Some(Self::ALL.iter().map(|algorithm| algorithm.as_str())))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Algorithm {}

/// An SSH key of your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SshKey {
    /// The SSH key.
    pub id: SshKeyId,
    /// 1 to 64 characters.
    pub name: String,
    /// The type of the key, such as `ssh-ed25519`.
    #[serde(rename = "type")]
    pub algorithm: Algorithm,
    /// The size of the key in bits.
    pub bits: u32,
    /// SHA-256 fingerprint, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// Type and key, without a comment.
    pub public_key: String,
    /// When the key was added.
    pub dt_created: Timestamp,
}

impl SshKey {
    /// Its line in `authorized_keys`. A name is one line, so it is a comment and nothing else.
    pub fn line(&self) -> String {
        format!("{} {}", self.public_key, self.name)
    }
}

/// A new SSH key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SshKeyCreate {
    /// 1 to 64 characters, such as the device that holds the private key.
    pub name: String,
    /// The line of a `.pub` file, up to 16,384 characters: type, key and an optional comment, which is not kept.
    pub public_key: String,
}

/// Why a text is not a public key that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    Empty,
    Private,
    TooLong,
    OtherForm,
    SeveralLines,
    Options,
    Dsa,
    Certificate,
    UnknownType,
    NoKey,
    NotBase64,
    OtherType,
    Damaged,
    NoPoint,
    Small,
    Large,
}

impl Refused {
    pub const ALL: &[Self] = &[
        Self::Empty,
        Self::Private,
        Self::TooLong,
        Self::OtherForm,
        Self::SeveralLines,
        Self::Options,
        Self::Dsa,
        Self::Certificate,
        Self::UnknownType,
        Self::NoKey,
        Self::NotBase64,
        Self::OtherType,
        Self::Damaged,
        Self::NoPoint,
        Self::Small,
        Self::Large,
    ];

    /// What the person can do about it.
    pub fn sentence(self) -> String {
        let (least, most) = (RSA_BITS.start(), RSA_BITS.end());
        match self {
            Self::Empty => "Paste a public key: the line in a file such as ~/.ssh/id_ed25519.pub.".to_owned(),
            Self::Private => "This is a private key. It was not stored. Paste the public one, from the file that \
                ends in .pub. If this one was sent or pasted anywhere else, replace it with a new key."
                .to_owned(),
            Self::TooLong => format!("A public key has at most {TEXT_MAX} characters. Paste one key alone."),
            Self::OtherForm => "This key is in another form than OpenSSH's. Convert it with “ssh-keygen -i -f FILE”, \
                or “ssh-keygen -i -m PKCS8 -f FILE” where it says BEGIN PUBLIC KEY, and paste the line that is printed."
                .to_owned(),
            Self::SeveralLines => "Paste one key at a time, on one line.".to_owned(),
            Self::Options => "Options are not taken. Leave out what stands before the type of the key.".to_owned(),
            Self::Dsa => "DSA keys are too weak to be taken. Make a new key with “ssh-keygen -t ed25519”.".to_owned(),
            Self::Certificate => {
                "This is a certificate. Paste the public key that it was made for: its file does not end in -cert.pub."
                    .to_owned()
            }
            Self::UnknownType => "This is no type of key that is taken. A public key starts with its type, such as \
                ssh-ed25519; “ssh-keygen -t ed25519” makes one."
                .to_owned(),
            Self::NoKey => "Only the type of the key stands here. Paste the whole line.".to_owned(),
            Self::NotBase64 => "This key is cut short or has stray characters. Copy the whole line again.".to_owned(),
            Self::OtherType => "This key is of another type than its line says. Copy the whole line again.".to_owned(),
            Self::Damaged => "This key is damaged. Copy the whole line again.".to_owned(),
            Self::NoPoint => {
                "This key isn't valid, so anyone could sign for it or nobody could. Create a new key with \
                “ssh-keygen -t ed25519”."
                    .to_owned()
            }
            Self::Small => {
                format!("RSA keys have at least {least} bits here. Make a stronger key with “ssh-keygen -t ed25519”.")
            }
            Self::Large => {
                format!("RSA keys have at most {most} bits here. Make a shorter one with “ssh-keygen -t rsa -b 4096”.")
            }
        }
    }
}

impl From<Refused> for Issue {
    fn from(why: Refused) -> Self {
        Self::new(why.sentence())
    }
}

/// A public key that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    pub algorithm: Algorithm,
    pub bits: u32,
    /// What is hashed for the fingerprint (RFC 4253, section 6.6).
    pub blob: Vec<u8>,
    /// What stood behind the key, as it was.
    pub comment: String,
}

/// Type and key, without the comment: one text for each key.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm.as_str(), base64::encode(&self.blob))
    }
}

impl PublicKey {
    /// Reads the line of a `.pub` file; what a copy brings along around it is forgiven.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let text = trimmed(text);
        if is_private(text) {
            return Err(Refused::Private);
        }
        if text.chars().count() > TEXT_MAX {
            return Err(Refused::TooLong);
        }
        if text.starts_with("----") {
            return Err(Refused::OtherForm);
        }
        if text.contains(['\n', '\r']) {
            return Err(Refused::SeveralLines);
        }
        let (name, rest) = word(text);
        let algorithm = algorithm(name, rest)?;
        let (key, comment) = word(rest);
        if key.is_empty() {
            return Err(Refused::NoKey);
        }
        let blob = base64::decode(key).ok_or(Refused::NotBase64)?;
        let bits = measure(algorithm, &blob)?;
        Ok(Self { algorithm, bits, blob, comment: comment.to_owned() })
    }

    /// A name for the key out of its comment, where that makes one.
    pub fn suggested_name(&self) -> Option<DisplayName> {
        DisplayName::parse(&self.comment).ok()
    }
}

/// The forms of private keys: PEM and OpenSSH's, SSH.com's, that of `PuTTY`, and OpenSSH's without its first line.
fn is_private(text: &str) -> bool {
    ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines:", "b3BlbnNzaC1rZXktdjE"]
        .iter()
        .any(|mark| text.contains(mark))
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    text.split_once([' ', '\t']).map_or((text, ""), |(word, rest)| (word, rest.trim_start_matches([' ', '\t'])))
}

fn algorithm(name: &str, rest: &str) -> Result<Algorithm, Refused> {
    if let Some(algorithm) = Algorithm::ALL.iter().find(|algorithm| algorithm.as_str() == name) {
        return Ok(*algorithm);
    }
    Err(match name {
        "" => Refused::Empty,
        // A space of another kind behind the type, or a character that nobody sees.
        _ if !name.is_ascii() => Refused::NotBase64,
        "ssh-dss" => Refused::Dsa,
        _ if name.ends_with("-cert-v01@openssh.com") => Refused::Certificate,
        // A type further on, with a key behind it: quoted options may hold spaces.
        _ if Algorithm::ALL.iter().any(|known| stands_in(*known, rest)) => Refused::Options,
        _ => Refused::UnknownType,
    })
}

/// Whether a line continues with this type and its key.
fn stands_in(algorithm: Algorithm, rest: &str) -> bool {
    rest.split_once(algorithm.as_str()).is_some_and(|(_, key)| key.trim_start().starts_with("AAAA"))
}

/// The bits of a key, whose blob is what its type asks for and nothing more.
fn measure(algorithm: Algorithm, blob: &[u8]) -> Result<u32, Refused> {
    let mut blob = Blob(blob);
    if blob.string()? != algorithm.as_str().as_bytes() {
        return Err(Refused::OtherType);
    }
    let bits = match algorithm {
        Algorithm::Ed25519 => blob.ed25519()?,
        Algorithm::EcdsaP256 => blob.ecdsa("nistp256", 256, Curve::P256)?,
        Algorithm::EcdsaP384 => blob.ecdsa("nistp384", 384, Curve::P384)?,
        Algorithm::EcdsaP521 => blob.ecdsa("nistp521", 521, Curve::P521)?,
        Algorithm::Rsa => blob.rsa()?,
        Algorithm::SkEd25519 => blob.ed25519().and_then(|bits| blob.application(bits))?,
        Algorithm::SkEcdsaP256 => blob.ecdsa("nistp256", 256, Curve::P256).and_then(|bits| blob.application(bits))?,
    };
    if !blob.0.is_empty() {
        return Err(Refused::Damaged);
    }
    if RSA_BITS.contains(&bits) || algorithm != Algorithm::Rsa {
        Ok(bits)
    } else if bits < *RSA_BITS.start() {
        Err(Refused::Small)
    } else {
        Err(Refused::Large)
    }
}

/// What is left of a blob (RFC 4251, section 5).
struct Blob<'a>(&'a [u8]);

impl<'a> Blob<'a> {
    fn string(&mut self) -> Result<&'a [u8], Refused> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(Refused::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused::Damaged)?;
        let (string, rest) = rest.split_at_checked(length).ok_or(Refused::Damaged)?;
        self.0 = rest;
        Ok(string)
    }

    /// A positive number in its one form: no leading zero but the one that keeps it positive.
    fn positive(&mut self) -> Result<&'a [u8], Refused> {
        match self.string()? {
            [0, number @ ..] if number.first().is_some_and(|first| *first >= 0x80) => Ok(number),
            number @ [1..0x80, ..] => Ok(number),
            _ => Err(Refused::Damaged),
        }
    }

    /// A point under which nobody but the holder of the private half can sign.
    fn ed25519(&mut self) -> Result<u32, Refused> {
        let point = self.string()?;
        if is_ed25519(point) {
            Ok(256)
        } else if point.len() == 32 {
            Err(Refused::NoPoint)
        } else {
            Err(Refused::Damaged)
        }
    }

    /// An uncompressed point (SEC 1, section 2.3.3) of the curve.
    fn ecdsa(&mut self, name: &str, bits: u32, curve: Curve) -> Result<u32, Refused> {
        if self.string()? != name.as_bytes() {
            return Err(Refused::Damaged);
        }
        let point = self.string()?;
        let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
        let (x, y) = match point.split_first() {
            Some((4, point)) if point.len() == 2 * length => point.split_at_checked(length).ok_or(Refused::Damaged)?,
            _ => return Err(Refused::Damaged),
        };
        if curve.holds(x, y) { Ok(bits) } else { Err(Refused::NoPoint) }
    }

    /// With the exponent 1, anything would be a signature.
    fn rsa(&mut self) -> Result<u32, Refused> {
        let (exponent, modulus) = (self.positive()?, self.positive()?);
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        if !is_odd(exponent) || exponent == [1] || exponent.len() > RSA_EXPONENT_MAX || !is_odd(modulus) {
            return Err(Refused::Damaged);
        }
        let zeros = modulus.first().map_or(0, |first| first.leading_zeros());
        u32::try_from(modulus.len() * 8).map(|bits| bits - zeros).map_err(|_| Refused::Damaged)
    }

    /// What the security key was made for, such as `ssh:`.
    fn application(&mut self, bits: u32) -> Result<u32, Refused> {
        let application = self.string()?;
        if !application.is_empty() && core::str::from_utf8(application).is_ok() {
            Ok(bits)
        } else {
            Err(Refused::Damaged)
        }
    }
}
