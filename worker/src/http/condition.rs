//! Conditional requests (RFC 9110, section 13): lists of entity tags, compared with the revision that stands.

/// A tag as it is written, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag<'t> {
    weak: bool,
    text: &'t str,
}

/// What `If-Match` or `If-None-Match` holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags<'t>(Option<Vec<Tag<'t>>>);

impl<'t> Tags<'t> {
    /// `None` where this is no list of tags. Without tags, `*` is meant.
    pub fn read(text: &'t str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self(None));
        }
        let mut tags = vec![];
        let mut rest = text.trim();
        loop {
            let weak = rest.starts_with("W/");
            let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
            let (text, after) = quoted.split_once('"')?;
            if !text.bytes().all(|byte| byte == 0x21 || (0x23..0x7f).contains(&byte) || byte >= 0x80) {
                return None;
            }
            tags.push(Tag { weak, text });
            rest = after.trim_start();
            if rest.is_empty() {
                return Some(Self(Some(tags)));
            }
            // Empty elements of a list count for nothing.
            rest = rest.strip_prefix(',')?.trim_start_matches([',', ' ', '\t']);
            if rest.is_empty() {
                return Some(Self(Some(tags)));
            }
        }
    }

    /// The revisions that fit by the strong comparison, in which a weak tag fits nothing; `None` where any fits.
    pub fn revisions(&self) -> Option<Vec<u64>> {
        let tags = self.0.as_ref()?;
        // A revision is written in one way: without a sign and without zeros before it.
        let revision = |text: &str| text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        Some(tags.iter().filter(|tag| !tag.weak).filter_map(|tag| revision(tag.text)).collect())
    }

    /// Whether one of them is this tag, as it is in `ETag`, by the weak comparison.
    pub fn hold(&self, etag: &str) -> bool {
        let opaque = etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"');
        self.0.as_ref().is_none_or(|tags| tags.iter().any(|tag| tag.text == opaque))
    }
}

#[cfg(test)]
mod tests {
    use super::Tags;

    #[test]
    fn a_list_is_read_as_the_standard_writes_it() {
        for (text, strong) in [
            ("\"1\"", vec![1]),
            (" \"1\" , \"2\",\"3\" ", vec![1, 2, 3]),
            ("\"1\",, ,\"2\",", vec![1, 2]),
            ("W/\"1\"", vec![]),
            ("W/\"1\", \"2\"", vec![2]),
            ("\"\"", vec![]),
            ("\"01\"", vec![]),
            ("\"+1\"", vec![]),
            ("\"a,b\", \"7\"", vec![7]),
            ("\"18446744073709551616\"", vec![]),
        ] {
            assert_eq!(Tags::read(text).unwrap().revisions(), Some(strong), "{text}");
        }
        assert_eq!(Tags::read(" * ").unwrap().revisions(), None);
    }

    #[test]
    fn what_is_no_list_is_known() {
        for text in ["", "1", "\"1", "1\"", "w/\"1\"", "W/1", "\"1\" \"2\"", "\"1\"x", "*, \"1\"", "\"a b\"", ","] {
            assert_eq!(Tags::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_tag_is_held_whether_weak_or_not() {
        for text in ["\"7\"", "W/\"7\"", "\"1\", \"7\"", "*"] {
            assert!(Tags::read(text).unwrap().hold("\"7\""), "{text}");
        }
        assert!(!Tags::read("\"1\"").unwrap().hold("\"7\""));
    }
}
