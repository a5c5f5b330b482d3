//! Secrets at rest: AES-256-GCM under a per-team key, itself wrapped by the installation's; an
//! account's seed is wrapped by the installation's alone. What is encrypted is bound to its place: a value moved elsewhere does not open.

use crate::credentials::secret::{Installation, Purpose};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use data_encoding::HEXLOWER;
use guildhall_shared::base64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub const NONCE: usize = 12;

/// Ciphertext with its nonce, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub nonce: String,
    pub text: String,
}

/// A data key, or a seed, under one of the installation's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    /// Which of the installation's keys.
    pub key: String,
    pub sealed: Sealed,
}

pub fn wrap(
    installation: &Installation,
    data_key: &[u8; 32],
    team: &str,
    nonce: [u8; NONCE],
) -> Result<Wrapped, String> {
    wrap_for(installation, Purpose::Wrap, data_key, &format!("team-key/{team}"), nonce)
}

pub fn unwrap(installation: &Installation, wrapped: &Wrapped, team: &str) -> Result<Zeroizing<[u8; 32]>, String> {
    let data_key = unwrap_for(installation, Purpose::Wrap, wrapped, &format!("team-key/{team}"))?;
    data_key.as_slice().try_into().map(Zeroizing::new).map_err(|_| "a data key has not 32 bytes".to_owned())
}

/// Encrypts the seed of an account's authenticator app.
pub fn wrap_seed(
    installation: &Installation,
    seed: &[u8],
    account: &str,
    nonce: [u8; NONCE],
) -> Result<Wrapped, String> {
    wrap_for(installation, Purpose::Seed, seed, &format!("totp/{account}"), nonce)
}

pub fn unwrap_seed(
    installation: &Installation,
    wrapped: &Wrapped,
    account: &str,
) -> Result<Zeroizing<Vec<u8>>, String> {
    unwrap_for(installation, Purpose::Seed, wrapped, &format!("totp/{account}"))
}

/// Encrypts under the installation's current key.
fn wrap_for(
    installation: &Installation,
    purpose: Purpose,
    plain: &[u8],
    place: &str,
    nonce: [u8; NONCE],
) -> Result<Wrapped, String> {
    let id = installation.current();
    let key = installation.derive(id, purpose).ok_or("no current key")?;
    Ok(Wrapped { key: id.to_owned(), sealed: seal(&key, plain, place, nonce)? })
}

fn unwrap_for(
    installation: &Installation,
    purpose: Purpose,
    wrapped: &Wrapped,
    place: &str,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let key = installation.derive(&wrapped.key, purpose).ok_or("the installation's key is gone")?;
    open(&key, &wrapped.sealed, place)
}

/// Encrypts; `place` has to be the same to open it.
pub fn seal(key: &[u8; 32], plain: &[u8], place: &str, nonce: [u8; NONCE]) -> Result<Sealed, String> {
    let cipher = Aes256Gcm::new(key.into());
    let text = cipher
        .encrypt(&nonce.into(), Payload { msg: plain, aad: place.as_bytes() })
        .map_err(|_| "encryption failed".to_owned())?;
    Ok(Sealed { nonce: base64::encode(&nonce), text: base64::encode(&text) })
}

pub fn open(key: &[u8; 32], sealed: &Sealed, place: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let wrong = "a sealed value is not base64";
    let nonce: [u8; NONCE] = base64::decode(&sealed.nonce)
        .ok_or(wrong)?
        .try_into()
        .map_err(|nonce: Vec<u8>| format!("a nonce has not 12 bytes: {}", HEXLOWER.encode(&nonce)))?;
    let text = base64::decode(&sealed.text).ok_or(wrong)?;
    Aes256Gcm::new(key.into())
        .decrypt(&nonce.into(), Payload { msg: &text, aad: place.as_bytes() })
        .map(Zeroizing::new)
        .map_err(|_| "a sealed value does not open here".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_in_its_own_place_only() {
        let sealed = seal(&[1; 32], b"value", "t1/NAME/1", [2; NONCE]).unwrap();
        assert_eq!(open(&[1; 32], &sealed, "t1/NAME/1").unwrap().as_slice(), b"value");
        assert!(open(&[1; 32], &sealed, "t1/NAME/2").is_err());
        assert!(open(&[9; 32], &sealed, "t1/NAME/1").is_err());
    }

    #[test]
    fn a_data_key_is_wrapped_for_its_team() {
        let wrapped = wrap(&Installation::fixed(), &[5; 32], "t0aaaaaaaaaa", [2; NONCE]).unwrap();
        assert_eq!(*unwrap(&Installation::fixed(), &wrapped, "t0aaaaaaaaaa").unwrap(), [5; 32]);
        assert!(unwrap(&Installation::fixed(), &wrapped, "t0bbbbbbbbbb").is_err());
        assert_eq!(wrapped.key, "k1");
    }

    #[test]
    fn a_seed_opens_for_its_account_and_is_no_data_key() {
        let wrapped = wrap_seed(&Installation::fixed(), &[5; 32], "u0aaaaaaaaaa", [2; NONCE]).unwrap();
        assert_eq!(unwrap_seed(&Installation::fixed(), &wrapped, "u0aaaaaaaaaa").unwrap().as_slice(), [5; 32]);
        assert!(unwrap_seed(&Installation::fixed(), &wrapped, "u0bbbbbbbbbb").is_err());
        assert!(unwrap(&Installation::fixed(), &wrapped, "u0aaaaaaaaaa").is_err());
    }
}
