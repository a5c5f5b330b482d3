//! Base64 (RFC 4648): in its standard alphabet with padding (section 4), and in the one for URLs
//! without (section 5). Strict: one text for each sequence of bytes.

use data_encoding::{BASE64, BASE64URL_NOPAD};

/// In the alphabet for URLs, without padding.
pub fn encode_url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// `None` for what `encode_url` has not made.
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

pub fn encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// `None` for what `encode` has not made. The library also takes several padded texts in a row, so padding is looked for
/// before the end.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if text.trim_end_matches('=').contains('=') { None } else { BASE64.decode(text.as_bytes()).ok() }
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
        for text in ["Zg", "Zg=", "Zh==", "Zg===", "Z", "Zm9v=", "Zm 9v", "Zm9_", "====", "Zg==Zg==", "Zg==Zm9v", "é"]
        {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
