//! Passwords: Argon2id (RFC 9106) with m = 19456 KiB, t = 2, p = 1.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT: usize = 32;
pub const SALT: usize = 16;

/// The hash with everything needed to check it: `argon2id$19456$2$1${salt}${hash}` in hexadecimal.
pub fn hash(password: &str, salt: [u8; SALT]) -> Result<String, String> {
    let out = derive(password, &salt, MEMORY_KIB, PASSES, LANES)?;
    Ok(format!("argon2id${MEMORY_KIB}${PASSES}${LANES}${}${}", HEXLOWER.encode(&salt), HEXLOWER.encode(&out)))
}

/// Whether this is the password. Without a hash it takes as long and says no.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    if let Some((memory, passes, lanes, salt, hash)) = stored.and_then(parts) {
        derive(password, &salt, memory, passes, lanes).is_ok_and(|out| out.ct_eq(&hash).into())
    } else {
        let out = derive(password, &[0; SALT], MEMORY_KIB, PASSES, LANES);
        // Nobody needs the result, but the work must not be left out.
        let _ = core::hint::black_box(out);
        false
    }
}

/// Whether a hash was made with less work, or another amount of it, than one that is made now.
pub fn is_outdated(stored: &str) -> bool {
    parts(stored).is_none_or(|(memory, passes, lanes, ..)| (memory, passes, lanes) != (MEMORY_KIB, PASSES, LANES))
}

type Parts = (u32, u32, u32, Vec<u8>, Vec<u8>);

fn parts(stored: &str) -> Option<Parts> {
    let mut parts = stored.split('$');
    let (name, memory, passes, lanes) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (salt, hash) = (unhex(parts.next()?)?, unhex(parts.next()?)?);
    (name == "argon2id").then_some((memory.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?, salt, hash))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(text.as_bytes()).ok()
}

fn derive(password: &str, salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Result<[u8; OUTPUT], String> {
    let params = Params::new(memory, passes, lanes, Some(OUTPUT)).map_err(|why| why.to_string())?;
    let mut out = [0; OUTPUT];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut out)
        .map_err(|why| why.to_string())?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash() {
        let hash = hash("mule pond tk4", [3; SALT]).unwrap();
        assert!(hash.starts_with("argon2id$19456$2$1$"));
        assert!(verify("mule pond tk4", Some(&hash)));
        assert!(!verify("mule pond tk5", Some(&hash)));
        assert!(!verify("mule pond tk4", None));
        assert!(!verify("mule pond tk4", Some("argon2id$x")));
        assert!(!is_outdated(&hash));
        for odd in ["+3", "0", "zz"] {
            assert_eq!(unhex(odd), None);
        }
    }

    #[test]
    fn a_hash_of_less_work_is_known_as_outdated_and_checked_all_the_same() {
        let out = derive("mule pond tk4", &[3; SALT], 8, 1, 1).unwrap();
        let weak = format!("argon2id$8$1$1${}${}", "03".repeat(SALT), HEXLOWER.encode(&out));
        assert!(verify("mule pond tk4", Some(&weak)));
        assert!(is_outdated(&weak));
        assert!(is_outdated("md5$x"));
    }
}
