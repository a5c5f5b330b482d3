//! An email address: ASCII before the @, international domains allowed, compared in lower case,
//! shown as typed.

use crate::{error::Issue, text::nfc};
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
        let text = nfc(text.trim());
        if text.is_empty() {
            return Err(Issue::new("Enter an email address."));
        }
        if text.len() > MAX {
            return Err(Issue::new(format!("An email address has at most {MAX} bytes.")));
        }
        let wrong = || Issue::new("Enter an email address such as ana@example.com.");
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        if !local.is_ascii() {
            return Err(Issue::new("The part of an email address before the @ is plain ASCII."));
        }
        let local_ok = !local.is_empty()
            && local.len() <= MAX_LOCAL
            && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2
            && labels.iter().all(|label| is_label(label))
            && labels.last().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()));
        if local_ok && domain_ok { Ok(Self(text)) } else { Err(wrong()) }
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared.
    pub fn key(&self) -> String {
        crate::text::lower(&self.0)
    }
}

/// A character of an atom (RFC 5322, section 3.2.3).
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.chars().count() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| if c.is_ascii() { c.is_ascii_alphanumeric() || c == '-' } else { c.is_alphanumeric() })
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
        assert!(Email::parse("ana+tag@bücher.example").is_ok());
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
