//! ECDSA signatures: from DER (ITU-T X.690), as authenticators write them, to the two numbers in a row
//! that WebCrypto wants.

/// Bytes of a number on P-256.
const NUMBER: usize = 32;

const SEQUENCE: u8 = 0x30;

const INTEGER: u8 = 2;

/// `r` and `s`, 32 bytes each. Strict: one text for each signature, and nothing after it.
pub fn read(bytes: &[u8]) -> Option<[u8; 2 * NUMBER]> {
    let (inside, after) = element(bytes, SEQUENCE)?;
    let (r, rest) = element(inside, INTEGER)?;
    let (s, rest) = element(rest, INTEGER)?;
    if !after.is_empty() || !rest.is_empty() {
        return None;
    }
    let mut numbers = [0; 2 * NUMBER];
    let (first, second) = numbers.split_at_mut(NUMBER);
    number(r, first)?;
    number(s, second)?;
    Some(numbers)
}

/// The content of an element, and what comes after it. One on P-256 has fewer than 128 bytes.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    match bytes {
        [first, length @ 0..128, rest @ ..] if *first == tag => rest.split_at_checked(usize::from(*length)),
        _ => None,
    }
}

/// A number above zero, in as few bytes as hold it.
fn number(bytes: &[u8], place: &mut [u8]) -> Option<()> {
    let digits = match bytes {
        [0, digits @ ..] if digits.first().is_some_and(|first| *first >= 128) => digits,
        [1..128, ..] => bytes,
        _ => return None,
    };
    let at = place.len().checked_sub(digits.len())?;
    place.get_mut(at..)?.copy_from_slice(digits);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(r: &[u8], s: &[u8]) -> Vec<u8> {
        let number = |bytes: &[u8]| [&[INTEGER, u8::try_from(bytes.len()).unwrap()][..], bytes].concat();
        let inside = [number(r), number(s)].concat();
        [&[SEQUENCE, u8::try_from(inside.len()).unwrap()][..], &inside].concat()
    }

    #[test]
    fn numbers_are_padded_to_their_width() {
        let read = read(&signature(&[1], &[&[0][..], &[0xff; 32]].concat())).unwrap();
        assert_eq!(read[..32], [&[0; 31][..], &[1]].concat());
        assert_eq!(read[32..], [0xff; 32]);
    }

    #[test]
    fn only_the_one_form_of_a_signature_is_read() {
        let good = signature(&[1; 32], &[2; 32]);
        assert!(read(&good).is_some());
        for cut in 0..good.len() {
            assert_eq!(read(&good[..cut]), None, "{cut}");
        }
        assert_eq!(read(&[&good[..], &[0]].concat()), None);
        for number in [&[][..], &[0], &[0, 1], &[0x80], &[1; 33], &[&[0, 0xff][..], &[1; 32]].concat()] {
            assert_eq!(read(&signature(number, &[1])), None, "{number:?}");
            assert_eq!(read(&signature(&[1], number)), None, "{number:?}");
        }
        // A length in more bytes than it needs.
        let long = [&[SEQUENCE, 0x81, 6][..], &signature(&[1], &[1])[2..]].concat();
        assert_eq!(read(&long), None);
    }
}
