//! An authenticator made by hand, in a browser made by hand: it says and signs whatever a test wants,
//! right or wrong.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const PRESENT: u8 = 1;
pub const VERIFIED: u8 = 1 << 2;
pub const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub const BACKED_UP: u8 = 1 << 4;
pub const ATTESTED: u8 = 1 << 6;
pub const EXTENDED: u8 = 1 << 7;

/// The primes of an RSA key of 2048 bits that is used nowhere else.
const P: &str = "fe4175d130a011a59f3e76a16d55365d56b76a661e3e02a51e067012fd8c0d79327c95537b97ab86131e78e0c4f10d0952c93493c8c15f5ffb82dd872b24450a0c560a29b1fbec2d9bf6261ef06b57210c87461ad92789c319c9b96eb414ead0a02b416576d47caf7bb315fae5491102497af1e26c63032efd1a2ad2bfcb266f";
const Q: &str = "f6b0a24482acb1a4e3f5d61c7c38770213c81a1da9d403106a0bca39196f59e67e9e05a4bf3eac0a3c3b7a18b8746e8454c94640557011ff5fb667cf9487a48560821a8b23d7720ab5e235c7e96d0617a15126f91fb591110879ea24e0f8dea914cdb5b1ee3865e6c1786c0469bf95d1bacd91316d47044a7ee42ac6efea2b4d";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
}

enum Key {
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
    Rs256(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
}

/// One passkey, and the browser that has it.
pub struct Authenticator {
    key: Key,
    pub credential: Vec<u8>,
    pub handle: Option<String>,
    pub count: u32,
    pub flags: u8,
    pub site: String,
}

/// What is about to be said, for a test to change.
pub struct Saying {
    pub client_data: Value,
    pub rp_id: String,
    pub flags: u8,
    pub count: u32,
    /// The id and the key of a new passkey.
    pub credential: Vec<u8>,
    pub key: Vec<u8>,
    /// What comes after everything else.
    pub after: Vec<u8>,
    pub handle: Option<String>,
    /// The statement of an attestation, whole.
    pub statement: Vec<u8>,
}

fn number(hex: &str) -> rsa::BoxedUint {
    rsa::BoxedUint::from_be_hex(hex, 1024).unwrap()
}

pub fn text(text: &str) -> Vec<u8> {
    [&[0x60 | u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat()
}

/// Up to 65,535 bytes, in CBOR.
pub fn bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59][..], &length, bytes].concat()
}

pub fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

impl Authenticator {
    /// One whose keys all come of this number.
    pub fn new(algorithm: Algorithm, seed: u8) -> Self {
        let key = match algorithm {
            Algorithm::Es256 => Key::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()),
            Algorithm::EdDsa => Key::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32])),
            Algorithm::Rs256 => {
                let key = rsa::RsaPrivateKey::from_p_q(number(P), number(Q), rsa::BoxedUint::from(65_537_u32)).unwrap();
                Key::Rs256(Box::new(rsa::pkcs1v15::SigningKey::new(key)))
            }
        };
        Self {
            key,
            credential: vec![seed; 16],
            handle: None,
            count: 0,
            flags: PRESENT | VERIFIED,
            site: "https://guildhall.test".to_owned(),
        }
    }

    /// The public key in COSE.
    pub fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let point = point.as_bytes();
                let (x, y) = (bytes(&point[1..33]), bytes(&point[33..]));
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21][..], &x, &[0x22], &y].concat()
            }
            Key::EdDsa(key) => {
                [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21][..], &bytes(key.verifying_key().as_bytes())].concat()
            }
            Key::Rs256(key) => {
                use rsa::{signature::Keypair as _, traits::PublicKeyParts as _};
                let key = key.verifying_key();
                let n = key.as_ref().n().to_be_bytes_trimmed_vartime();
                [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &bytes(&n), &[0x21], &bytes(&[1, 0, 1])].concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        use rsa::signature::SignatureEncoding as _;
        match &self.key {
            Key::Es256(key) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
            Key::EdDsa(key) => key.sign(message).to_bytes().to_vec(),
            Key::Rs256(key) => key.sign(message).to_vec(),
        }
    }

    fn saying(&self, kind: &str, options: &Value) -> Saying {
        let client_data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.site, "crossOrigin": false,
        });
        let host = self.site.split("://").last().unwrap().split(':').next().unwrap();
        Saying {
            client_data,
            rp_id: host.to_owned(),
            flags: self.flags,
            count: self.count,
            credential: self.credential.clone(),
            key: self.cose(),
            after: vec![],
            handle: self.handle.clone(),
            statement: vec![0xa0],
        }
    }

    /// What the browser answers to the options of a new passkey.
    pub fn register(&mut self, options: &Value) -> Value {
        self.register_with(options, |_| {})
    }

    pub fn register_with(&mut self, options: &Value, change: impl FnOnce(&mut Saying)) -> Value {
        self.handle = options["user"]["id"].as_str().map(str::to_owned);
        let mut saying = self.saying("webauthn.create", options);
        saying.flags |= ATTESTED;
        change(&mut saying);
        let data = saying.data();
        let format = if saying.statement == [0xa0] { "none" } else { "packed" };
        let attestation = [
            &[0xa3][..],
            &text("fmt"),
            &text(format),
            &text("attStmt"),
            &saying.statement,
            &text("authData"),
            &bytes(&data),
        ]
        .concat();
        json!({
            "id": base64url(&saying.credential), "rawId": base64url(&saying.credential), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(saying.client_data.to_string().as_bytes()),
                "attestationObject": base64url(&attestation),
                "transports": ["internal", "hybrid", "cable"],
            },
        })
    }

    /// What the browser answers to the options of a sign-in.
    pub fn answer(&mut self, options: &Value) -> Value {
        self.answer_with(options, |_| {})
    }

    pub fn answer_with(&mut self, options: &Value, change: impl FnOnce(&mut Saying)) -> Value {
        let mut saying = self.saying("webauthn.get", options);
        change(&mut saying);
        let data = saying.data();
        let client_data = saying.client_data.to_string();
        let signature = self.sign(&[&data[..], &Sha256::digest(client_data.as_bytes())[..]].concat());
        let mut response = json!({
            "clientDataJSON": base64url(client_data.as_bytes()),
            "authenticatorData": base64url(&data),
            "signature": base64url(&signature),
        });
        if let Some(handle) = saying.handle {
            response["userHandle"] = json!(handle);
        }
        json!({
            "id": base64url(&saying.credential), "rawId": base64url(&saying.credential), "type": "public-key",
            "clientExtensionResults": {}, "response": response,
        })
    }
}

impl Saying {
    /// The authenticator data that says it.
    fn data(&self) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.count.to_be_bytes());
        if self.flags & ATTESTED != 0 {
            data.extend([9; 16]);
            data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
            data.extend(&self.credential);
            data.extend(&self.key);
        }
        data.extend(&self.after);
        data
    }
}
