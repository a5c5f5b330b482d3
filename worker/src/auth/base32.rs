//! Five bits a character (RFC 4648, section 6), without padding, in a given alphabet.

/// The alphabet of the standard, which authenticator apps read.
pub const STANDARD: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub fn encode(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let digits = (bytes.len() * 8).div_ceil(5);
    let digit = |place: usize| {
        let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
        let value = (0..5).fold(0, |value, n| value << 1 | bit(place * 5 + n));
        alphabet.get(value).copied().map_or('0', char::from)
    };
    (0..digits).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        let examples = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ];
        for (plain, text) in examples {
            assert_eq!(encode(plain.as_bytes(), STANDARD), text);
        }
    }

    #[test]
    fn another_alphabet_says_the_same_numbers() {
        let alphabet = guildhall_shared::second_factor::RECOVERY_ALPHABET;
        assert_eq!(encode(&[0x00, 0x44, 0x32, 0x14, 0xc7], alphabet), "01234567");
        assert_eq!(encode(&[255; 5], alphabet), "zzzzzzzz");
    }
}
