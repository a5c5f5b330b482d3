//! The installation's keys and what is made of them. With `token`, `password` and `cipher` the only
//! code that sees a plain credential.

use guildhall_shared::base64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Base-36 digits that hold 128 bits.
pub const DIGITS: usize = 25;

/// What a derived key is for. One key never serves two purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Checksums of API keys and cookies.
    Checksum,
    /// One-time tokens in mailed links.
    Link,
    /// Hashes of emails and addresses.
    Blind,
    /// Wrapping of the teams' data keys.
    Wrap,
    /// Hashes of bodies under an `Idempotency-Key`.
    Idempotency,
    /// Seeds of authenticator apps, at rest.
    Seed,
    /// Hashes of recovery codes.
    Recovery,
    /// Challenges for passkeys.
    Passkey,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Checksum => b"guildhall/checksum/1",
            Self::Link => b"guildhall/link/1",
            Self::Blind => b"guildhall/blind/1",
            Self::Wrap => b"guildhall/wrap/1",
            Self::Idempotency => b"guildhall/idempotency/1",
            Self::Seed => b"guildhall/seed/1",
            Self::Recovery => b"guildhall/recovery/1",
            Self::Passkey => b"guildhall/passkey/1",
        }
    }
}

/// The installation's keys by id: the first makes, all of them check. The blind hashes use the last,
/// so that a new key in front moves no name.
pub struct Installation {
    keys: Vec<(String, Zeroizing<[u8; 32]>)>,
}

impl Installation {
    /// Reads `k2:BASE64 k1:BASE64`: an id and 32 bytes each, newest first.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keys = vec![];
        for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
            let (id, key) = part.split_once(':').ok_or("INSTALLATION_KEYS is a list of id:base64")?;
            let key = base64::decode(key).ok_or("a key is not base64")?;
            let key: [u8; 32] = key.try_into().map_err(|_| "a key has not 32 bytes")?;
            keys.push((id.to_owned(), Zeroizing::new(key)));
        }
        if keys.is_empty() { Err("INSTALLATION_KEYS is empty".to_owned()) } else { Ok(Self { keys }) }
    }

    /// A key that everybody knows, for tests on the host.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn fixed() -> Self {
        Self { keys: vec![("k1".to_owned(), Zeroizing::new([7; 32]))] }
    }

    /// The id of the key that makes.
    pub fn current(&self) -> &str {
        self.keys.first().map_or("", |(id, _)| id)
    }

    pub(super) fn derive(&self, id: &str, purpose: Purpose) -> Option<Zeroizing<[u8; 32]>> {
        let (_, key) = self.keys.iter().find(|(known, _)| known == id)?;
        Some(derive(key, purpose))
    }

    fn derived(&self, purpose: Purpose) -> impl Iterator<Item = Zeroizing<[u8; 32]>> {
        self.keys.iter().map(move |(_, key)| derive(key, purpose))
    }

    /// 128 bits of HMAC-SHA-256 (RFC 2104) over `data`, in base 36.
    pub fn mac(&self, purpose: Purpose, data: &str) -> String {
        self.derived(purpose).next().map(|key| mac(&key, data)).unwrap_or_default()
    }

    /// Whether one of the keys made this; `length` digits of it are compared.
    pub fn is_mac(&self, purpose: Purpose, data: &str, claimed: &str, length: usize) -> bool {
        self.derived(purpose).any(|key| {
            let made = mac(&key, data);
            made.get(..length).is_some_and(|made| equal(made, claimed))
        })
    }

    /// A keyed hash that stands for something personal: an email, a network address.
    pub fn blind(&self, what: &str, text: &str) -> String {
        let key = self.derived(Purpose::Blind).last();
        key.map(|key| mac(&key, &format!("{what}\n{text}"))).unwrap_or_default()
    }
}

fn derive(key: &[u8; 32], purpose: Purpose) -> Zeroizing<[u8; 32]> {
    // HKDF (RFC 5869) without a salt, for one block: two steps, neither of which can fail.
    let extracted = Zeroizing::new(hmac(&[0; 32], &[key]));
    Zeroizing::new(hmac(&extracted, &[purpose.label(), &[1]]))
}

fn mac(key: &[u8; 32], data: &str) -> String {
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(hmac(key, &[data.as_bytes()])) {
        *to = from;
    }
    base36(head)
}

/// HMAC-SHA-256 (RFC 2104). The key is filled up to a block here, so that no length can be wrong.
fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// 128 bits as 25 digits.
pub fn base36(bytes: [u8; 16]) -> String {
    let mut number = u128::from_be_bytes(bytes);
    let mut digits = [b'0'; DIGITS];
    for slot in digits.iter_mut().rev() {
        let digit = usize::try_from(number % 36).unwrap_or_default();
        *slot = ALPHABET.get(digit).copied().unwrap_or(b'0');
        number /= 36;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// SHA-256 in hexadecimal: how a credential of 128 random bits is stored.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The SHA-256 of a public key as OpenSSH writes it.
pub fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", base64::encode(&Sha256::digest(blob)).trim_end_matches('='))
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Compares in a time that does not depend on where the texts differ.
pub fn equal(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_in_front_checks_what_the_old_one_made() {
        let old = Installation::fixed();
        let both = Installation {
            keys: vec![("k2".to_owned(), Zeroizing::new([9; 32])), ("k1".to_owned(), Zeroizing::new([7; 32]))],
        };
        let made = old.mac(Purpose::Link, "x");
        assert!(both.is_mac(Purpose::Link, "x", &made, DIGITS));
        assert_ne!(both.mac(Purpose::Link, "x"), made);
        assert!(!both.is_mac(Purpose::Checksum, "x", &made, DIGITS));
        assert_eq!(old.blind("email", "x"), both.blind("email", "x"));
    }

    #[test]
    fn a_derived_key_is_what_another_implementation_derives() {
        for purpose in [Purpose::Checksum, Purpose::Link, Purpose::Blind, Purpose::Wrap, Purpose::Seed] {
            let mut other = [0; 32];
            hkdf::Hkdf::<Sha256>::new(None, &[7; 32]).expand(purpose.label(), &mut other).unwrap();
            assert_eq!(*derive(&[7; 32], purpose), other);
        }
    }

    #[test]
    fn keys_are_read_from_their_text() {
        let key = base64::encode(&[1; 32]);
        assert_eq!(Installation::parse(&format!("k2:{key} k1:{key}")).unwrap().current(), "k2");
        for bad in ["", "k1", "k1:x", "k1:AAAA"] {
            assert!(Installation::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn digits_hold_the_whole_number() {
        assert_eq!(base36([0; 16]), "0".repeat(DIGITS));
        assert_eq!(base36([255; 16]), "f5lxx1zz5pnorynqglhzmsp33");
    }
}
