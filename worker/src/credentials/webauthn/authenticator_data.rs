//! What an authenticator says and signs (WebAuthn Level 3, section 6.1): for which site, whether
//! someone was there and is known to it, its counter, and a new passkey's key.

use crate::credentials::webauthn::{
    cbor::{self, Decoder},
    cose::{self, PublicKey},
};

/// Bytes of a credential's id, section 4.
pub const CREDENTIAL_ID_MAX: usize = 1023;

const PRESENT: u8 = 1;

const VERIFIED: u8 = 1 << 2;

const BACKUP_ELIGIBLE: u8 = 1 << 3;

const BACKED_UP: u8 = 1 << 4;

const ATTESTED: u8 = 1 << 6;

const EXTENDED: u8 = 1 << 7;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorData<'b> {
    /// SHA-256 of the site's host.
    pub rp_id_hash: &'b [u8; 32],
    flags: u8,
    /// Signatures so far, or 0 where the authenticator does not count.
    pub count: u32,
    pub attested: Option<AttestedCredential<'b>>,
}

/// A new passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestedCredential<'b> {
    pub id: &'b [u8],
    pub key: PublicKey,
}

impl AuthenticatorData<'_> {
    /// Someone touched the authenticator.
    pub fn is_present(&self) -> bool {
        self.flags & PRESENT != 0
    }

    /// It knew who: by a PIN, a finger, a face.
    pub fn is_verified(&self) -> bool {
        self.flags & VERIFIED != 0
    }

    /// Whether the passkey may be on several devices. Never changes.
    pub fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Whether it is now.
    pub fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}

/// Nothing may come after it, and what the flags announce has to be there.
pub fn read(bytes: &[u8]) -> Option<AuthenticatorData<'_>> {
    let (rp_id_hash, rest) = bytes.split_first_chunk::<32>()?;
    let (flags, rest) = rest.split_first()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut attested = None;
    if flags & ATTESTED != 0 {
        let (_aaguid, after) = rest.split_first_chunk::<16>()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let (id, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if id.is_empty() || id.len() > CREDENTIAL_ID_MAX {
            return None;
        }
        let mut decoder = Decoder::new(after);
        attested = Some(AttestedCredential { id, key: cose::read(&mut decoder)? });
        rest = cbor::rest(&decoder);
    }
    if flags & EXTENDED != 0 {
        // Extensions are a map; none was asked for, so none is looked at.
        cbor::map(&mut Decoder::new(rest))?;
        let mut decoder = Decoder::new(rest);
        cbor::skip(&mut decoder)?;
        rest = cbor::rest(&decoder);
    }
    // Backed up without being eligible says nothing that can be true.
    let is_sound = flags & BACKED_UP == 0 || flags & BACKUP_ELIGIBLE != 0;
    let read = AuthenticatorData { rp_id_hash, flags: *flags, count: u32::from_be_bytes(*count), attested };
    (rest.is_empty() && is_sound).then_some(read)
}

/// The authenticator data in an attestation object. The attestation itself is not judged: passkeys of
/// every maker are welcome.
pub fn in_attestation(bytes: &[u8]) -> Option<&[u8]> {
    let mut decoder = Decoder::new(bytes);
    let (mut data, mut format, mut statement) = (None, None, None);
    for _ in 0..cbor::map(&mut decoder)? {
        match decoder.str().ok()? {
            "authData" if data.is_none() => data = Some(decoder.bytes().ok()?),
            "fmt" if format.is_none() => format = Some(decoder.str().ok()?),
            "attStmt" if statement.is_none() => statement = Some(cbor::skip(&mut decoder)?),
            "authData" | "fmt" | "attStmt" => return None,
            _ => cbor::skip(&mut decoder)?,
        }
    }
    format.and(statement)?;
    data.filter(|_| cbor::rest(&decoder).is_empty())
}
