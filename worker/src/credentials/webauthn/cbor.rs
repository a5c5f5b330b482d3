//! CBOR (RFC 8949) as authenticators write it: definite lengths, no tags. `minicbor` reads it out of bytes that others
//! chose, without allocating; what is nested too deep, endless, tagged or cut short is `None`.

pub use minicbor::Decoder;
use minicbor::data::Type;

/// Lists and maps within each other. An attestation has at most five; CTAP itself allows four.
const DEPTH: u8 = 8;

/// What has not been read yet.
pub fn rest<'b>(decoder: &Decoder<'b>) -> &'b [u8] {
    decoder.input().get(decoder.position()..).unwrap_or_default()
}

/// The number of a map's pairs, which come next.
pub fn map(decoder: &mut Decoder<'_>) -> Option<u64> {
    decoder.map().ok()?
}

/// Passes over one item, whatever it is.
pub fn skip(decoder: &mut Decoder<'_>) -> Option<()> {
    skip_within(decoder, DEPTH)
}

fn skip_within(decoder: &mut Decoder<'_>, depth: u8) -> Option<()> {
    match decoder.datatype().ok()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => {
            decoder.int().ok().map(drop)
        }
        Type::Bytes => decoder.bytes().ok().map(drop),
        Type::String => decoder.str().ok().map(drop),
        Type::Bool | Type::Null | Type::F16 | Type::F32 | Type::F64 => decoder.skip().ok(),
        Type::Array => {
            let items = decoder.array().ok()??;
            skip_all(decoder, items, depth)
        }
        Type::Map => {
            let pairs = decoder.map().ok()??;
            skip_all(decoder, pairs.checked_mul(2)?, depth)
        }
        _ => None,
    }
}

/// Each item takes a byte at least, so this ends with the bytes, whatever the number.
fn skip_all(decoder: &mut Decoder<'_>, items: u64, depth: u8) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    (0..items).try_for_each(|_| skip_within(decoder, depth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_are_read_at_every_width() {
        for (bytes, number) in [
            (&[0x17][..], 23),
            (&[0x18, 0xff], 255),
            (&[0x19, 1, 0], 256),
            (&[0x1a, 0, 1, 0, 0], 65_536),
            (&[0x1b, 0x7f, 255, 255, 255, 255, 255, 255, 255], i64::MAX),
            (&[0x26], -7),
            (&[0x39, 1, 0], -257),
            (&[0x3b, 0x7f, 255, 255, 255, 255, 255, 255, 255], i64::MIN),
        ] {
            assert_eq!(Decoder::new(bytes).i64().ok(), Some(number));
        }
        assert_eq!(Decoder::new(&[0x42, 1, 2]).bytes().ok(), Some(&[1, 2][..]));
        assert_eq!(Decoder::new(b"\x63fmt").str().ok(), Some("fmt"));
        assert_eq!(map(&mut Decoder::new(&[0xa2])), Some(2));
    }

    #[test]
    fn what_is_cut_short_endless_or_tagged_is_refused() {
        assert!(Decoder::new(&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]).i64().is_err());
        assert_eq!(map(&mut Decoder::new(&[0xbf, 0xff])), None);
        for bytes in [
            &[][..],
            &[0x18],
            &[0x43, 1, 2],
            &[0x5b, 255, 255, 255, 255, 255, 255, 255, 255, 1],
            &[0x5f, 0x41, 1, 0xff],
            &[0x9f, 0xff],
            &[0xbf, 0xff],
            &[0xc0, 0],
            &[0x1c],
            &[0x82, 1],
            &[0xa1, 1],
            &[0xbb, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255, 1, 1],
            &[0x61, 0xff],
            &[0xe0],
            &[0xf7],
            &[0xf8, 32],
        ] {
            assert_eq!(skip(&mut Decoder::new(bytes)), None, "{bytes:?}");
        }
        assert!(Decoder::new(&[0x61, 0xff]).str().is_err());
        for bytes in [&[0xf4][..], &[0xf6], &[0xf9, 0x3c, 0], &[0x83, 0x20, 0x61, 0x61, 0x40], &[0xa1, 1, 0xa0]] {
            assert_eq!(skip(&mut Decoder::new(bytes)), Some(()), "{bytes:?}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
        assert_eq!(skip(&mut Decoder::new(&nested(usize::from(DEPTH)))), Some(()));
        assert_eq!(skip(&mut Decoder::new(&nested(usize::from(DEPTH) + 1))), None);
        assert_eq!(skip(&mut Decoder::new(&nested(1_000_000))), None);
    }
}
