//! An email address: ASCII before the @, international domains in their A-labels, compared in lower case. Letters keep
//! the case that they were typed in.

use crate::{
    domain,
    error::Issue,
    typed::{is_ignorable, narrow, trimmed},
};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Octets in an address (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const MAX: usize = 254;
/// Octets before the @ (RFC 5321, section 4.5.3.1.1).
pub const MAX_LOCAL: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    pub fn parse(text: &str) -> Result<Self, Issue> {
        let text: String = trimmed(text).chars().map(narrow).collect();
        if text.is_empty() {
            return Err(Issue::new("Enter an email address."));
        }
        let too_long = || Issue::new(format!("An email address has at most {MAX} bytes."));
        if text.chars().count() > MAX {
            return Err(too_long());
        }
        let wrong = || Issue::new("Enter an email address such as ana@example.com.");
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        if local.chars().any(is_ignorable) {
            return Err(Issue::new("This address has a character in it that nobody sees. Type it by hand."));
        }
        if !local.is_ascii() {
            return Err(Issue::new("The part of an email address before the @ is plain ASCII."));
        }
        let local_ok = !local.is_empty()
            && local.len() <= MAX_LOCAL
            && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
        let domain = domain::ascii(domain).filter(|_| local_ok).ok_or_else(wrong)?;
        let email = format!("{local}@{domain}");
        if email.len() > MAX { Err(too_long()) } else { Ok(Self(email)) }
    }

    /// An address as an address book copies it: `Bo <bo@example.com>`, `mailto:bo@example.com`, in quotes or brackets.
    pub fn parse_copied(text: &str) -> Result<Self, Issue> {
        let text = trimmed(text);
        let within =
            text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(within, _)| within);
        let bare = within.trim_matches(|c: char| is_wrapping(c) || c.is_whitespace() || is_ignorable(c));
        let scheme = bare.get(..MAILTO.len()).filter(|start| start.eq_ignore_ascii_case(MAILTO));
        Self::parse(scheme.map_or(bare, |_| bare.get(MAILTO.len()..).unwrap_or_default()))
    }

    /// As typed, less the scripts of its domain: this is what mail is sent to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared.
    pub fn key(&self) -> String {
        crate::text::lower(&self.0)
    }
}

const MAILTO: &str = "mailto:";

/// What stands around an address in prose.
const fn is_wrapping(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '«' | '»' | '<' | '>' | '(' | ')' | '[' | ']')
}

/// Several addresses in one text, each as it is there: between commas, semicolons, spaces or on lines of their own,
/// with names before them or without. What is no address is one of them, so that it can be shown and put right.
pub fn copied(text: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    let mut name = String::new();
    for part in parts(text) {
        let part = trimmed(&part);
        if part.is_empty() {
            continue;
        }
        match part.rsplit_once('<').filter(|(_, rest)| rest.contains('>')) {
            // A name with a comma in it, such as `Doe, Bo <bo@example.com>`, came in two parts.
            Some(_) if !name.is_empty() => found.push(format!("{}, {part}", core::mem::take(&mut name))),
            Some(_) => found.push(part.to_owned()),
            None if part.contains('@') || part.contains('＠') => {
                found.extend(Some(core::mem::take(&mut name)).filter(|name| !name.is_empty()));
                found.extend(part.split_whitespace().map(str::to_owned));
            }
            None => {
                found.extend(Some(core::mem::replace(&mut name, part.to_owned())).filter(|name| !name.is_empty()));
            }
        }
    }
    found.extend(Some(name).filter(|name| !name.is_empty()));
    found
}

/// Cuts at commas, semicolons and line breaks outside of quotes, and behind each `<…>`.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut ended) = (false, false);
    for c in text.chars() {
        quoted = match c {
            '"' => !quoted,
            '\n' | '\r' => false,
            _ => quoted,
        };
        let cuts = !quoted && matches!(c, ',' | ';' | '\n' | '\r' | '，' | '；' | '、');
        if cuts || ended {
            parts.push(String::new());
        }
        ended = !quoted && c == '>';
        if !cuts && let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// A character of an atom (RFC 5322, section 3.2.3).
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = Issue;
    fn try_from(text: String) -> Result<Self, Issue> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_typed_and_compared_in_lower_case() {
        let email = Email::parse(" Ana@Example.COM ").unwrap();
        assert_eq!(email.as_str(), "Ana@Example.COM");
        assert_eq!(email.key(), "ana@example.com");
    }

    #[test]
    fn a_domain_has_one_form_however_it_was_typed() {
        for text in [
            "Ana@bücher.example",
            "Ana@BÜCHER.example",
            "Ana@bu\u{308}cher.example",
            "Ana@xn--bcher-kva.example",
            "Ａｎａ＠bücher。example",
            "\u{200b}Ana@bücher.example\u{feff}",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), "Ana@xn--bcher-kva.example", "{text}");
        }
        assert_eq!(Email::parse("ana@XN--BCHER-KVA.example").unwrap().key(), "ana@xn--bcher-kva.example");
        assert!(Email::parse("ana@ไทย.example").is_ok() && Email::parse("ana@हिन्दी.example").is_ok());
        let email = Email::parse("ana@हिन्दी.example").unwrap();
        assert_eq!(Email::parse(email.as_str()), Ok(email));
    }

    #[test]
    fn an_address_is_read_as_address_books_copy_it() {
        for text in [
            "bo@example.com",
            "Bo <bo@example.com>",
            "\"Doe, Bo\" <bo@example.com>",
            "<bo@example.com>",
            "mailto:bo@example.com",
            "Bo <MAILTO:bo@example.com>",
            "'bo@example.com'",
            "“bo@example.com”",
            "Bo (at work) < bo@example.com >",
        ] {
            assert_eq!(Email::parse_copied(text).map(String::from).as_deref(), Ok("bo@example.com"), "{text}");
        }
        for text in ["Bo", "Bo <bo>", "<>", "mailto:", "Bo <bo@example.com> x@", "a@example.com b@example.com"] {
            let read = Email::parse_copied(text).map(String::from);
            assert!(read.is_err() || text.starts_with("Bo <bo@"), "{text}");
        }
    }

    #[test]
    fn a_list_is_cut_where_people_cut_it() {
        for (text, found) in [
            ("", vec![]),
            (" , ;\n", vec![]),
            (
                "a@b.example; c@d.example,e@f.example\r\ng@h.example i@j.example",
                vec!["a@b.example", "c@d.example", "e@f.example", "g@h.example", "i@j.example"],
            ),
            (
                "Bo <bo@example.com>, Mia Ray <mia@example.com>",
                vec!["Bo <bo@example.com>", "Mia Ray <mia@example.com>"],
            ),
            ("Bo <bo@example.com> Mia <mia@example.com>", vec!["Bo <bo@example.com>", "Mia <mia@example.com>"]),
            ("\"Doe, Bo\" <bo@example.com>; x@y", vec!["\"Doe, Bo\" <bo@example.com>", "x@y"]),
            ("Doe, Bo <bo@example.com>", vec!["Doe, Bo <bo@example.com>"]),
            ("bo, mia@example.com", vec!["bo", "mia@example.com"]),
            ("bo@example.com、mia@example.com", vec!["bo@example.com", "mia@example.com"]),
        ] {
            assert_eq!(copied(text), found, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_a_reason() {
        let long = format!("{}@example.com", "a".repeat(MAX_LOCAL + 1));
        let longer = format!("a@{}.example", "b.".repeat(MAX));
        for text in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "ana@example",
            "a b@example.com",
            "änne@example.com",
            "ana@@example.com",
            ".ana@example.com",
            "ana@-example.com",
            "ana@1.2.3.4",
            "ana\n@example.com",
            "ana@exa\u{202e}mple.com",
            "\"ana\"@example.com",
            &long,
            &longer,
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(MAX_LOCAL))).is_ok());
    }
}
