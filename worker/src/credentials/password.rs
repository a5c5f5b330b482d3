//! Passwords: Argon2id (RFC 9106) with m = 19456 KiB, t = 2, p = 1.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use data_encoding::HEXLOWER;

const MEMORY_KIB: u32 = 19_456;

const PASSES: u32 = 2;

const LANES: u32 = 1;

pub const SALT: usize = 16;

/// The hash with everything needed to check it, as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1${salt}${hash}`.
pub fn hash(password: &str, salt: [u8; SALT]) -> Result<String, String> {
    hash_with(current()?, password, &salt).map(|hash| hash.to_string())
}

/// Whether this is the password. Without a hash it takes as long and says no.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    if let Some(hash) = stored.and_then(read) {
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    } else {
        let out = current().and_then(|params| hash_with(params, password, &[0; SALT]));
        // Nobody needs the result, but the work must not be left out.
        let _ = core::hint::black_box(out);
        false
    }
}

/// Whether a hash was made with less work, or another amount of it, than one that is made now.
pub fn is_outdated(stored: &str) -> bool {
    let params = read(stored).and_then(|hash| Params::try_from(&hash).ok());
    params.is_none_or(|made| (made.m_cost(), made.t_cost(), made.p_cost()) != (MEMORY_KIB, PASSES, LANES))
}

fn current() -> Result<Params, String> {
    Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|why| why.to_string())
}

fn hash_with(params: Params, password: &str, salt: &[u8]) -> Result<PasswordHash, String> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_with_salt(password.as_bytes(), salt).map_err(|why| why.to_string())
}

fn read(stored: &str) -> Option<PasswordHash> {
    if stored.starts_with('$') { PasswordHash::new(stored).ok() } else { read_first_form(stored) }
}

/// What was stored before PHC strings: `argon2id$19456$2$1${salt}${hash}` in hexadecimal. A hash is written anew only when
/// the work is raised, so accounts may have this form for as long as it is not.
fn read_first_form(stored: &str) -> Option<PasswordHash> {
    let parts: Vec<&str> = stored.split('$').collect();
    let ["argon2id", memory, passes, lanes, salt, hash] = parts[..] else { return None };
    let bytes = |text: &str| HEXLOWER.decode(text.as_bytes()).ok();
    let params = Params::new(memory.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?, None).ok()?;
    Some(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(&bytes(salt)?).ok()?),
        hash: Some(Output::new(&bytes(hash)?).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash() {
        let hash = hash("mule pond tk4", [3; SALT]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("mule pond tk4", Some(&hash)));
        assert!(!verify("mule pond tk5", Some(&hash)));
        assert!(!verify("mule pond tk4", None));
        assert!(!is_outdated(&hash));
        for odd in ["argon2id$x", "$argon2id$x", "$argon2id$v=19$m=19456,t=2,p=1$", ""] {
            assert!(!verify("mule pond tk4", Some(odd)));
        }
    }

    #[test]
    fn a_hash_of_less_work_is_known_as_outdated_and_checked_all_the_same() {
        let weak = hash_with(Params::new(8, 1, 1, None).unwrap(), "mule pond tk4", &[3; SALT]).unwrap();
        let out = HEXLOWER.encode(weak.hash.as_ref().unwrap().as_ref());
        let first_form = format!("argon2id$8$1$1${}${out}", "03".repeat(SALT));
        for weak in [weak.to_string(), first_form] {
            assert!(verify("mule pond tk4", Some(&weak)));
            assert!(!verify("mule pond tk5", Some(&weak)));
            assert!(is_outdated(&weak));
        }
        assert!(is_outdated("md5$x"));
    }

    #[test]
    fn the_first_form_has_digits_in_hexadecimal_alone() {
        let (salt, out) = ("03".repeat(SALT), "07".repeat(32));
        assert!(read(&format!("argon2id$8$1$1${salt}${out}")).is_some());
        for odd in ["+3", "0", "zz"] {
            assert!(read(&format!("argon2id$8$1$1${odd}{salt}${out}")).is_none());
            assert!(read(&format!("argon2id$8$1$1${salt}${odd}{out}")).is_none());
        }
    }
}
