//! Base64 (RFC 4648): in its standard alphabet with padding (section 4), and in the one for addresses
//! without (section 5). Strict: one text for each sequence of bytes.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// In the alphabet for addresses, without padding.
pub fn encode_url(bytes: &[u8]) -> String {
    encode(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// `None` for what `encode_url` has not made.
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    if text.contains(['+', '/', '=']) {
        return None;
    }
    let padding = "=".repeat(text.len().wrapping_neg() % 4);
    decode(&(text.replace('-', "+").replace('_', "/") + &padding))
}

pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = ALPHABET.get((bits >> (18 - 6 * place)) as usize & 63).copied().unwrap_or_default();
            text.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

/// `None` for what `encode` has not made.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for place in 0..4 {
            bits = bits << 6 | group.get(place).map_or(Some(0), |digit| value(*digit))?;
        }
        bytes.extend(bits.to_be_bytes().get(1..group.len())?);
    }
    (encode(&bytes) == text).then_some(bytes)
}

/// The place of a digit in the alphabet.
fn value(digit: u8) -> Option<u32> {
    let place = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        let examples =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (plain, text) in examples {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text), Some(plain.as_bytes().to_vec()));
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)), Some(all));
    }

    #[test]
    fn the_alphabet_for_addresses_has_no_padding() {
        for (bytes, text) in [(vec![], ""), (vec![0xfb], "-w"), (vec![0xff, 0xef], "_-8"), (b"foob".to_vec(), "Zm9vYg")]
        {
            assert_eq!(encode_url(&bytes), text);
            assert_eq!(decode_url(text), Some(bytes));
        }
        for text in ["-x", "+w", "-w==", "_-9", "Z", "é", "-w=", "Zm9v "] {
            assert_eq!(decode_url(text), None, "{text}");
        }
    }

    #[test]
    fn another_text_of_the_same_bytes_is_refused() {
        for text in ["Zg", "Zg=", "Zh==", "Zg===", "Z", "Zm9v=", "Zm 9v", "Zm9_", "====", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
