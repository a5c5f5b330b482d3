//! Codes of an authenticator app: TOTP (RFC 6238) with HMAC-SHA-1, six digits and steps of 30 seconds,
//! which is what every app knows.

use crate::credentials::secret::equal;
use guildhall_shared::{Timestamp, second_factor::TOTP_DIGITS, timestamp::SECOND};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Bytes of a seed: as many as the hash has (RFC 4226, section 4).
pub const SEED: usize = 20;

/// Seconds that a code lasts.
pub const PERIOD: i64 = 30;

/// Steps that a clock may be off, either way.
const SKEW: i64 = 1;

/// What a code is, near a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Right, and of this step.
    Fresh(i64),
    /// Right, but of a step that was used already, or of one before.
    Used,
    Wrong,
}

/// Looks for the code around a time. Every step is computed, whichever fits.
pub fn check(seed: &[u8], code: &str, at: Timestamp, last: i64) -> Match {
    let now = at.millis().div_euclid(PERIOD * SECOND);
    (now - SKEW..=now + SKEW).fold(Match::Wrong, |found, step| {
        match (code_of(seed, step).is_some_and(|right| equal(&right, code)), found) {
            (true, Match::Wrong | Match::Used) if step > last => Match::Fresh(step),
            (true, Match::Wrong) => Match::Used,
            (_, found) => found,
        }
    })
}

/// The code of a step, with leading zeros.
fn code_of(seed: &[u8], step: i64) -> Option<String> {
    number(seed, step).map(|number| format!("{:0TOTP_DIGITS$}", number % 10_u32.pow(6)))
}

/// HOTP before its digits are cut (RFC 4226, section 5.3): 31 bits.
fn number(seed: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(seed).ok()?;
    mac.update(&step.to_be_bytes());
    let bytes = mac.finalize().into_bytes();
    let at = usize::from(bytes.last()? & 15);
    let word = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(word) & 0x7fff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use totp_rs::{Algorithm, Builder};

    const RFC_SEED: &[u8; SEED] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * SECOND)
    }

    /// RFC 6238, appendix B, for SHA-1: eight digits there.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        let vectors = [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ];
        for (seconds, code) in vectors {
            assert_eq!(number(RFC_SEED, seconds / PERIOD).unwrap() % 100_000_000, code, "{seconds}");
            let code = format!("{:06}", code % 1_000_000);
            assert_eq!(check(RFC_SEED, &code, at(seconds), 0), Match::Fresh(seconds / PERIOD));
        }
    }

    /// RFC 4226, appendix D.
    #[test]
    fn the_vectors_of_the_counter_hold() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(code_of(RFC_SEED, step).unwrap(), code);
        }
    }

    #[test]
    fn a_code_is_good_one_step_either_way_and_once() {
        let now = 1_795_284_010;
        let step = now / PERIOD;
        for off in -1..=1 {
            let code = code_of(RFC_SEED, step + off).unwrap();
            assert_eq!(check(RFC_SEED, &code, at(now), 0), Match::Fresh(step + off));
            assert_eq!(check(RFC_SEED, &code, at(now), step + off), Match::Used);
            assert_eq!(check(RFC_SEED, &code, at(now), step + 1), Match::Used);
        }
        for off in [-2, 2] {
            assert_eq!(check(RFC_SEED, &code_of(RFC_SEED, step + off).unwrap(), at(now), 0), Match::Wrong, "{off}");
        }
        assert_eq!(check(&[0; SEED], &code_of(RFC_SEED, step).unwrap(), at(now), 0), Match::Wrong);
    }

    #[test]
    fn another_implementation_says_the_same() {
        let mut seed = [0_u8; SEED];
        for (round, seconds) in (0..2000_u64).map(|round| (round, round * 7_919_777)) {
            for (place, byte) in seed.iter_mut().enumerate() {
                *byte = byte.wrapping_mul(31).wrapping_add(u8::try_from((round + place as u64 * 7) % 251).unwrap());
            }
            let other =
                Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_secret(seed.to_vec()).build();
            let code = other.unwrap().generate(seconds);
            let step = i64::try_from(seconds).unwrap() / PERIOD;
            assert_eq!(code_of(&seed, step).unwrap(), code.to_string(), "{seconds}");
        }
    }
}
