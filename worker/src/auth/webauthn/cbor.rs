//! CBOR (RFC 8949) as authenticators write it: definite lengths, no tags. A reader over bytes that
//! others chose: it allocates nothing, and what is nested too deep or cut short is `None`.

/// Lists and maps within each other. An attestation has at most five; CTAP itself allows four.
const DEPTH: u8 = 8;

/// Reads from the front.
pub struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'b [u8] {
        self.rest
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// The major type and the number that every item starts with.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let width = match first & 31 {
            small @ 0..=23 => return Some((first >> 5, u64::from(small))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let number = self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Some((first >> 5, number))
    }

    /// Whether bytes come next.
    pub fn is_bytes(&self) -> bool {
        self.rest.first().is_some_and(|first| first >> 5 == 2)
    }

    pub fn int(&mut self) -> Option<i64> {
        match self.head()? {
            (0, number) => i64::try_from(number).ok(),
            (1, number) => i64::try_from(number).ok().map(|number| -1 - number),
            _ => None,
        }
    }

    fn string(&mut self, wanted: u8) -> Option<&'b [u8]> {
        match self.head()? {
            (major, length) if major == wanted => self.take(usize::try_from(length).ok()?),
            _ => None,
        }
    }

    pub fn bytes(&mut self) -> Option<&'b [u8]> {
        self.string(2)
    }

    pub fn text(&mut self) -> Option<&'b str> {
        core::str::from_utf8(self.string(3)?).ok()
    }

    /// The number of a map's pairs, which come next.
    pub fn map(&mut self) -> Option<u64> {
        match self.head()? {
            (5, pairs) => Some(pairs),
            _ => None,
        }
    }

    /// Passes over one item, whatever it is.
    pub fn skip(&mut self) -> Option<()> {
        self.skip_within(DEPTH)
    }

    fn skip_within(&mut self, depth: u8) -> Option<()> {
        let first = *self.rest.first()?;
        if first >> 5 == 3 {
            return self.text().map(drop);
        }
        let (major, number) = self.head()?;
        match major {
            0 | 1 => Some(()),
            2 => self.take(usize::try_from(number).ok()?).map(drop),
            // False, true, null, and fractions of three widths.
            7 => matches!(first & 31, 20..=22 | 25..=27).then_some(()),
            4 | 5 => {
                let depth = depth.checked_sub(1)?;
                let items = if major == 5 { number.checked_mul(2)? } else { number };
                // Each item takes a byte at least, so this ends with the bytes, whatever the number.
                (0..items).try_for_each(|_| self.skip_within(depth))
            }
            _ => None,
        }
    }
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
            assert_eq!(Reader::new(bytes).int(), Some(number));
        }
        assert_eq!(Reader::new(&[0x42, 1, 2]).bytes(), Some(&[1, 2][..]));
        assert_eq!(Reader::new(b"\x63fmt").text(), Some("fmt"));
        assert_eq!(Reader::new(&[0xa2]).map(), Some(2));
    }

    #[test]
    fn what_is_cut_short_endless_or_tagged_is_refused() {
        assert_eq!(Reader::new(&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]).int(), None);
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
            assert_eq!(Reader::new(bytes).skip(), None, "{bytes:?}");
        }
        assert_eq!(Reader::new(&[0x61, 0xff]).text(), None);
        for bytes in [&[0xf4][..], &[0xf6], &[0xf9, 0x3c, 0], &[0x83, 0x20, 0x61, 0x61, 0x40], &[0xa1, 1, 0xa0]] {
            assert_eq!(Reader::new(bytes).skip(), Some(()), "{bytes:?}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
        assert_eq!(Reader::new(&nested(usize::from(DEPTH))).skip(), Some(()));
        assert_eq!(Reader::new(&nested(usize::from(DEPTH) + 1)).skip(), None);
        assert_eq!(Reader::new(&nested(1_000_000)).skip(), None);
    }
}
