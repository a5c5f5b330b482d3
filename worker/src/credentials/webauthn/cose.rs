//! Public keys: from COSE (RFC 9052, 9053, 8230), as authenticators write them, to the members of a
//! JWK (RFC 7517), as they are stored and imported.

use crate::credentials::webauthn::cbor::{self, Decoder};
use guildhall_shared::{
    base64::{decode_url, encode_url},
    curve::{Curve, is_ed25519},
};
use minicbor::data::Type;
use serde::{Deserialize, Serialize};

/// The members of a JWK, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256.
    Es256 { x: String, y: String },
    /// Ed25519.
    EdDsa { x: String },
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256 { n: String, e: String },
}

impl PublicKey {
    /// Whether only the holder of the private half can sign for it: its point lies on the curve, and is none of those
    /// under which one signature fits every message.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Es256 { x, y } => match (decode_url(x), decode_url(y)) {
                (Some(x), Some(y)) => Curve::P256.holds(&x, &y),
                _ => false,
            },
            Self::EdDsa { x } => decode_url(x).is_some_and(|x| is_ed25519(&x)),
            // Its numbers are looked at where it is read.
            Self::Rs256 { .. } => true,
        }
    }
}

/// Labels of a COSE key, RFC 9052 and 9053.
const KTY: i64 = 1;

const ALG: i64 = 3;

/// The curve; of RSA the modulus.
const CRV: i64 = -1;

/// A point's x; of RSA the exponent.
const X: i64 = -2;

const Y: i64 = -3;

/// Bits of an RSA modulus: less is weak, more is work for whoever verifies.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=4096;

const EXPONENT_MAX: usize = 4;

/// A number, or bytes that stand for a large one.
#[derive(Clone, Copy)]
enum Value<'b> {
    Int(i64),
    Bytes(&'b [u8]),
}

/// Reads one key, and leaves what comes after it. A label that appears twice is refused.
pub fn read(decoder: &mut Decoder<'_>) -> Option<PublicKey> {
    let mut fields: [(i64, Option<Value<'_>>); 5] = [(KTY, None), (ALG, None), (CRV, None), (X, None), (Y, None)];
    for _ in 0..cbor::map(decoder)? {
        let label = decoder.i64().ok()?;
        let Some((_, slot)) = fields.iter_mut().find(|(known, _)| *known == label) else {
            cbor::skip(decoder)?;
            continue;
        };
        let value = match decoder.datatype().ok()? {
            Type::Bytes => Value::Bytes(decoder.bytes().ok()?),
            _ => Value::Int(decoder.i64().ok()?),
        };
        if slot.replace(value).is_some() {
            return None;
        }
    }
    let [(_, kty), (_, alg), (_, crv), (_, x), (_, y)] = fields;
    let key = match (kty?, alg?, crv?, x?, y) {
        (Value::Int(2), Value::Int(-7), Value::Int(1), Value::Bytes(x), Some(Value::Bytes(y))) => {
            let coordinate = |bytes: &[u8]| (bytes.len() == 32).then(|| encode_url(bytes));
            Some(PublicKey::Es256 { x: coordinate(x)?, y: coordinate(y)? })
        }
        (Value::Int(1), Value::Int(-8), Value::Int(6), Value::Bytes(x), None) => {
            (x.len() == 32).then(|| PublicKey::EdDsa { x: encode_url(x) })
        }
        (Value::Int(3), Value::Int(-257), Value::Bytes(n), Value::Bytes(e), None) => {
            let bits = n.len() * 8 - n.first()?.leading_zeros() as usize;
            let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
            let is_exponent = e.len() <= EXPONENT_MAX && *e.first()? > 0 && is_odd(e) && *e != [1];
            // A number starts with no zero: each has one form.
            let is_modulus = *n.first()? > 0 && RSA_BITS.contains(&bits) && is_odd(n);
            (is_modulus && is_exponent).then(|| PublicKey::Rs256 { n: encode_url(n), e: encode_url(e) })
        }
        _ => None,
    };
    key.filter(PublicKey::is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`
    fn es256(x: &[u8], y: &[u8]) -> Vec<u8> {
        let string = |bytes: &[u8]| [&[0x58, u8::try_from(bytes.len()).unwrap()][..], bytes].concat();
        [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21][..], &string(x), &[0x22], &string(y)].concat()
    }

    fn eddsa(x: &[u8; 32]) -> Vec<u8> {
        [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], x].concat()
    }

    /// Some point of P-256.
    fn point() -> (Vec<u8>, Vec<u8>) {
        let key = p256::ecdsa::SigningKey::from_slice(&[1; 32]).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        (point.x().unwrap().to_vec(), point.y().unwrap().to_vec())
    }

    #[test]
    fn a_key_that_binds_nobody_is_refused() {
        let (x, y) = point();
        assert_eq!(key(&es256(&y, &x)), None);
        assert_eq!(key(&es256(&[0; 32], &[0; 32])), None);
        assert_eq!(key(&es256(&[0xff; 32], &[0xff; 32])), None);
        // The neutral point and minus one: a constant signature fits every message.
        let one = std::array::from_fn(|at| u8::from(at == 0));
        let minus_one = std::array::from_fn(|at| match at {
            0 => 0xec,
            31 => 0x7f,
            _ => 0xff,
        });
        for weak in [[0; 32], one, minus_one] {
            assert_eq!(key(&eddsa(&weak)), None, "{weak:?}");
            assert!(!PublicKey::EdDsa { x: encode_url(&weak) }.is_sound());
        }
    }

    fn rs256(n: &[u8], e: &[u8]) -> Vec<u8> {
        let length = u16::try_from(n.len()).unwrap().to_be_bytes();
        let head = [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59][..], &length].concat();
        [&head, n, &[0x21, 0x40 | u8::try_from(e.len()).unwrap()], e].concat()
    }

    fn key(bytes: &[u8]) -> Option<PublicKey> {
        read(&mut Decoder::new(bytes))
    }

    #[test]
    fn each_algorithm_has_its_members() {
        let (x, y) = point();
        assert_eq!(key(&es256(&x, &y)), Some(PublicKey::Es256 { x: encode_url(&x), y: encode_url(&y) }));
        let of_ed25519 = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes();
        assert_eq!(key(&eddsa(&of_ed25519)), Some(PublicKey::EdDsa { x: encode_url(&of_ed25519) }));
        let (n, e) = ([0x81; 256], [1, 0, 1]);
        assert_eq!(key(&rs256(&n, &e)), Some(PublicKey::Rs256 { n: encode_url(&n), e: "AQAB".to_owned() }));
    }

    #[test]
    fn what_is_no_such_key_is_refused() {
        let (x, y) = point();
        assert_eq!(key(&es256(&x[1..], &y)), None);
        assert_eq!(key(&es256(&x, &[&y[..], &[0]].concat())), None);
        let good = es256(&x, &y);
        for (at, byte) in [(0, 0xa4), (2, 1), (4, 0x27), (6, 2), (7, 0x22), (5, 0x24)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert_eq!(key(&bad), None, "{at}");
        }
        for cut in 0..good.len() {
            assert_eq!(key(&good[..cut]), None, "{cut}");
        }
        let mut twice = good.clone();
        twice[0] = 0xa6;
        twice.extend([1, 2]);
        assert_eq!(key(&twice), None);
        for (n, e) in [
            (vec![0x81; 255], vec![1, 0, 1]),
            (vec![0x81; 513], vec![1, 0, 1]),
            ([vec![0x7f], vec![0x81; 255]].concat(), vec![1, 0, 1]),
            ([vec![0], vec![0x81; 256]].concat(), vec![1, 0, 1]),
            (vec![0x80; 256], vec![1, 0, 1]),
            (vec![0x81; 256], vec![1, 0, 0]),
            (vec![0x81; 256], vec![1]),
            (vec![0x81; 256], vec![0, 3]),
            (vec![0x81; 256], vec![1, 0, 0, 0, 1]),
            (vec![0x81; 256], vec![]),
            (vec![], vec![1, 0, 1]),
        ] {
            assert_eq!(key(&rs256(&n, &e)), None, "{} {e:?}", n.len());
        }
    }

    #[test]
    fn other_labels_are_passed_over() {
        let (x, y) = point();
        let mut more = es256(&x, &y);
        more[0] = 0xa6;
        // key_ops: [2]
        more.extend([4, 0x81, 2]);
        assert!(key(&more).is_some());
    }
}
