//! What a URL says in percent-encoding (RFC 3986, section 2.1). The libraries pass over a `%` without its two digits and
//! over bytes that are not UTF-8; here both are refused.

use percent_encoding::percent_decode_str;

/// A part of a path as it is meant; `None` where it cannot be read.
pub fn part(text: &str) -> Option<String> {
    let is_escape = |after: &str| {
        let digits = after.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_escape) {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

/// The names and values of a query; `None` where one of them cannot be read.
pub fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    // What separates them is ASCII, so they are UTF-8 where the whole is.
    part(query)?;
    Some(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

#[cfg(test)]
mod tests {
    use super::{pairs, part};

    #[test]
    fn a_part_is_decoded_once_and_keeps_its_plus_signs() {
        for (text, meant) in
            [("", ""), ("a+b", "a+b"), ("%63ore", "core"), ("%2541", "%41"), ("%c3%A9", "é"), ("é", "é")]
        {
            assert_eq!(part(text).as_deref(), Some(meant));
        }
    }

    #[test]
    fn what_is_no_percent_encoding_of_utf_8_is_refused() {
        for text in
            ["%", "%6", "%zz", "%6g", "%+6", "%-6", "%%41", "a%4", "%\u{661}6", "%ff", "%c3", "%c3%28", "%C3a%A9"]
        {
            assert_eq!(part(text), None, "{text}");
            for query in [format!("{text}=1"), format!("a={text}"), format!("a=1&b={text}&c=2")] {
                assert_eq!(pairs(&query), None, "{query}");
            }
        }
        assert_eq!(pairs("a=%c3&%a9=b"), None);
    }

    #[test]
    fn a_query_has_names_and_values_in_their_order() {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        for (query, meant) in [
            ("", vec![]),
            ("&&", vec![]),
            ("a", vec![("a", "")]),
            ("a=1&&b=%20+2&a=x=y", vec![("a", "1"), ("b", "  2"), ("a", "x=y")]),
            ("r%6Fle=%6fwner&=", vec![("role", "owner"), ("", "")]),
            ("a%26b=c%3Dd", vec![("a&b", "c=d")]),
        ] {
            assert_eq!(pairs(query), Some(owned(&meant)), "{query}");
        }
    }
}
