//! Verifying a passkey's signature: by the platform's WebCrypto, so that no curve and no RSA is in the
//! bundle; on the host by crates.

use crate::credentials::webauthn::{Assertion, cose::PublicKey, der};
use guildhall_shared::base64::decode_url;

/// Whether the assertion is signed with this key. What cannot be imported signs nothing, and neither does a key that
/// was taken before its point was looked at.
pub async fn verify(key: &PublicKey, assertion: &Assertion) -> bool {
    let (Some(message), Some(signature)) = (decode_url(&assertion.message), decode_url(&assertion.signature)) else {
        return false;
    };
    let signature = match key {
        PublicKey::Es256 { .. } => der::read(&signature).map(Vec::from),
        PublicKey::EdDsa { .. } | PublicKey::Rs256 { .. } => Some(signature),
    };
    let Some(signature) = signature.filter(|_| key.is_sound()) else { return false };
    platform::verify(key, &message, &signature).await.unwrap_or(false)
}

#[cfg(target_arch = "wasm32")]
mod platform {
    use super::PublicKey;
    use crate::platform::{await_promise, invoke};
    use js_sys::{Array, JSON, Reflect, Uint8Array, global};
    use wasm_bindgen::JsValue;

    /// The key as a JWK, and how WebCrypto calls what is done with it. Base64url needs no escapes.
    fn described(key: &PublicKey) -> (String, &'static str) {
        match key {
            PublicKey::Es256 { x, y } => (
                format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#),
                r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#,
            ),
            PublicKey::EdDsa { x } => {
                (format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#), r#"{"name":"Ed25519"}"#)
            }
            PublicKey::Rs256 { n, e } => {
                (format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#), r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#)
            }
        }
    }

    pub async fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
        let subtle = Reflect::get(&Reflect::get(&global(), &"crypto".into())?, &"subtle".into())?;
        let (jwk, algorithm) = described(key);
        let (jwk, algorithm) = (JSON::parse(&jwk)?, JSON::parse(algorithm)?);
        let uses = Array::of1(&"verify".into());
        let import = ["jwk".into(), jwk, algorithm.clone(), false.into(), uses.into()];
        let key = await_promise(invoke(&subtle, "importKey", &import)).await?;
        let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
        let asked = [algorithm, key, bytes(signature), bytes(message)];
        Ok(await_promise(invoke(&subtle, "verify", &asked)).await?.is_truthy())
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    use super::PublicKey;
    use guildhall_shared::base64::decode_url;
    use p256::ecdsa::signature::Verifier as _;

    #[derive(Debug)]
    pub struct NotAKey;

    fn number<const N: usize>(text: &str) -> Result<[u8; N], NotAKey> {
        decode_url(text).and_then(|bytes| bytes.try_into().ok()).ok_or(NotAKey)
    }

    /// Gives way once, as the platform does: others come in between.
    pub async fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, NotAKey> {
        tokio::task::yield_now().await;
        match key {
            PublicKey::Es256 { x, y } => {
                let point = [&[4][..], &number::<32>(x)?, &number::<32>(y)?].concat();
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).map_err(|_| NotAKey)?;
                let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| NotAKey)?;
                Ok(key.verify(message, &signature).is_ok())
            }
            PublicKey::EdDsa { x } => {
                let key = ed25519_dalek::VerifyingKey::from_bytes(&number(x)?).map_err(|_| NotAKey)?;
                let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| NotAKey)?;
                Ok(key.verify(message, &signature).is_ok())
            }
            PublicKey::Rs256 { n, e } => {
                let large = |text: &str| decode_url(text).map(|bytes| rsa::BoxedUint::from_be_slice_vartime(&bytes));
                let (n, e) = (large(n).ok_or(NotAKey)?, large(e).ok_or(NotAKey)?);
                let key = rsa::RsaPublicKey::new(n, e).map_err(|_| NotAKey)?;
                let key = rsa::pkcs1v15::VerifyingKey::<sha2::Sha256>::new(key);
                let signature = rsa::pkcs1v15::Signature::try_from(signature).map_err(|_| NotAKey)?;
                Ok(key.verify(message, &signature).is_ok())
            }
        }
    }
}
