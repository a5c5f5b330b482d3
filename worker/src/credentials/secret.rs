//! The installation's keys and what is made of them. With `token`, `password` and `cipher` the only
//! code that sees a plain credential.

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use guildhall_shared::base64;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::iter;
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
    /// Check values of the keys themselves.
    Check,
}

impl Purpose {
    /// Whether what is made for it can neither be made anew nor waits for its end: it is made under the key that stays.
    const fn lasts(self) -> bool {
        match self {
            Self::Checksum | Self::Blind | Self::Recovery | Self::Idempotency => true,
            Self::Link | Self::Wrap | Self::Seed | Self::Passkey | Self::Check => false,
        }
    }

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
            Self::Check => b"guildhall/check/1",
        }
    }
}

/// What the key is called that stays when all others are changed.
const INDEX: &str = "index";

/// The installation's keys by id: the first makes, all of them check. Blind hashes, checksums of credentials, MACs of
/// recovery codes and hashes of repeated calls are made under a key that stays, so that a new one in front moves no name: the one called `index`,
/// or the last where there is none.
pub struct Installation {
    newest: (String, Master),
    older: Vec<(String, Master)>,
    index: Master,
}

/// A key as the operator gave it. All that is made with it is made with what `derive` makes of it: where a derived key is
/// asked for, this does not fit.
#[derive(Clone)]
struct Master(Zeroizing<[u8; 32]>);

impl Installation {
    /// Reads `k2:BASE64 k1:BASE64 index:BASE64`: an id and 32 bytes each, newest first. No failure repeats a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keys: Vec<(String, Master)> = vec![];
        let mut index = None;
        for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
            let (id, key) = part.split_once(':').ok_or("INSTALLATION_KEYS is a list of id:base64.")?;
            let key = base64::decode(key).ok_or("a key of INSTALLATION_KEYS is not base64.")?;
            let key: [u8; 32] = key.try_into().map_err(|_| "a key of INSTALLATION_KEYS has not 32 bytes.")?;
            let key = Master(Zeroizing::new(key));
            let is_twice = keys.iter().any(|(known, _)| known == id) || (id == INDEX && index.is_some());
            if id.is_empty() || is_twice {
                return Err("each key of INSTALLATION_KEYS has an id of its own.".to_owned());
            }
            if id == INDEX { index = Some(key) } else { keys.push((id.to_owned(), key)) }
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or("INSTALLATION_KEYS has no key, such as k1:, that makes new things.")?;
        let older: Vec<_> = keys.collect();
        let (_, last) = older.last().unwrap_or(&newest);
        let index = index.unwrap_or_else(|| last.clone());
        Ok(Self { newest, older, index })
    }

    /// A key that everybody knows, for tests on the host.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn fixed() -> Self {
        let key = Master(Zeroizing::new([7; 32]));
        Self { newest: ("k1".to_owned(), key.clone()), older: vec![], index: key }
    }

    /// The id of the key that makes.
    pub fn current(&self) -> &str {
        &self.newest.0
    }

    fn keys(&self) -> impl Iterator<Item = &(String, Master)> {
        iter::once(&self.newest).chain(&self.older)
    }

    /// What can be said of the keys without them: their ids and a check value of each, which tells a wrong key.
    pub fn shown(&self) -> Shown {
        let check = |key: &Master| mac(&derive(key, Purpose::Check), "installation key");
        let keys = self.keys().map(|(id, key)| ShownKey { id: id.clone(), check: check(key) });
        Shown { index: check(&self.index), keys: keys.collect() }
    }

    pub(super) fn derive(&self, id: &str, purpose: Purpose) -> Option<Zeroizing<[u8; 32]>> {
        let (_, key) = self.keys().find(|(known, _)| known == id)?;
        Some(derive(key, purpose))
    }

    /// The key that makes for this purpose.
    fn maker(&self, purpose: Purpose) -> &Master {
        if purpose.lasts() { &self.index } else { &self.newest.1 }
    }

    /// 128 bits of HMAC-SHA-256 (RFC 2104) over `data`, in base 36.
    pub fn mac(&self, purpose: Purpose, data: &str) -> String {
        mac(&derive(self.maker(purpose), purpose), data)
    }

    /// Whether one of the keys made this; `length` digits of it are compared.
    pub fn is_mac(&self, purpose: Purpose, data: &str, claimed: &str, length: usize) -> bool {
        let others = self.keys().map(|(_, key)| key);
        iter::once(self.maker(purpose)).chain(others).any(|key| {
            let made = mac(&derive(key, purpose), data);
            made.get(..length).is_some_and(|made| equal(made, claimed))
        })
    }

    /// A keyed hash that stands for something personal: an email, a network address.
    pub fn blind(&self, what: &str, text: &str) -> String {
        mac(&derive(&self.index, Purpose::Blind), &format!("{what}\n{text}"))
    }
}

fn derive(key: &Master, purpose: Purpose) -> Zeroizing<[u8; 32]> {
    // HKDF (RFC 5869) without a salt, for one block: two steps, neither of which can fail.
    let extracted = Zeroizing::new(hmac(&[0; 32], &[&*key.0]));
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
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// The SHA-256 of a public key as OpenSSH writes it.
pub fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(blob)))
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
        let (new, first) = (base64::encode(&[9; 32]), base64::encode(&[7; 32]));
        let both = Installation::parse(&format!("k2:{new} k1:{first}")).unwrap();
        let made = old.mac(Purpose::Link, "x");
        assert!(both.is_mac(Purpose::Link, "x", &made, DIGITS));
        assert_ne!(both.mac(Purpose::Link, "x"), made);
        assert!(!both.is_mac(Purpose::Checksum, "x", &made, DIGITS));
        assert_eq!(old.blind("email", "x"), both.blind("email", "x"));
    }

    #[test]
    fn every_key_can_go_but_the_one_that_stays() {
        let (new, first) = (base64::encode(&[9; 32]), base64::encode(&[7; 32]));
        let old = Installation::fixed();
        let gone = Installation::parse(&format!("k2:{new} index:{first}")).unwrap();
        assert_eq!(gone.current(), "k2");
        assert_eq!(old.blind("email", "x"), gone.blind("email", "x"));
        for lasting in [Purpose::Checksum, Purpose::Recovery, Purpose::Idempotency] {
            assert_eq!(old.mac(lasting, "x"), gone.mac(lasting, "x"));
        }
        for passing in [Purpose::Link, Purpose::Passkey] {
            assert!(!gone.is_mac(passing, "x", &old.mac(passing, "x"), DIGITS));
        }
        // The key that stays wraps nothing.
        assert!(gone.derive("k1", Purpose::Wrap).is_none() && gone.derive(INDEX, Purpose::Wrap).is_none());
    }

    #[test]
    fn a_derived_key_is_what_another_implementation_derives() {
        for purpose in [Purpose::Checksum, Purpose::Link, Purpose::Blind, Purpose::Wrap, Purpose::Seed] {
            let mut other = [0; 32];
            hkdf::Hkdf::<Sha256>::new(None, &[7; 32]).expand(purpose.label(), &mut other).unwrap();
            assert_eq!(*derive(&Master(Zeroizing::new([7; 32])), purpose), other);
        }
    }

    #[test]
    fn keys_are_read_from_their_text() {
        let key = base64::encode(&[1; 32]);
        assert_eq!(Installation::parse(&format!("k2:{key} k1:{key}")).unwrap().current(), "k2");
        let twice = format!("k1:{key} k1:{key}");
        let (alone, several) = (format!("index:{key}"), format!("k1:{key} index:{key} index:{key}"));
        for bad in ["", "k1", "k1:x", "k1:AAAA", &format!(":{key}"), &twice, &alone, &several] {
            let why = Installation::parse(bad).err().expect(bad);
            assert!(!why.contains(&key), "{why}");
        }
    }

    #[test]
    fn digits_hold_the_whole_number() {
        assert_eq!(base36([0; 16]), "0".repeat(DIGITS));
        assert_eq!(base36([255; 16]), "f5lxx1zz5pnorynqglhzmsp33");
    }
}

/// A key as a server was given it: its id, and its check value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownKey {
    pub id: String,
    pub check: String,
}

/// What a server was given as `INSTALLATION_KEYS`, without the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The check value of the key that stays.
    pub index: String,
    /// The first makes.
    pub keys: Vec<ShownKey>,
}
