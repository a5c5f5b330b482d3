//! Names: namespaces and usernames, names of people, teams, API keys and secrets, and a secret's value.
//! The same functions check a form's field and a request's body; lengths count code points.

use crate::{
    console, domain,
    error::Issue,
    id, path,
    text::nfc,
    typed::{is_visible, trimmed, trimmed_words},
};
use core::fmt;
use serde::{Deserialize, Serialize};

pub const NAMESPACE_MAX: usize = 39;
pub const NAME_MAX: usize = 64;
pub const SECRET_NAME_MAX: usize = 128;
pub const SECRET_VALUE_MAX: usize = 8192;
pub const BIO_MAX: usize = 280;
pub const LOCATION_MAX: usize = 64;
pub const WEBSITE_MAX: usize = 200;

/// Names that would pass for the platform or its operator, or that pages and routes to come may want. What the console
/// and the API have now is reserved by the lists of their paths: see `is_reserved`.
pub const RESERVED: &[&str] = &[
    "about",
    "abuse",
    "access",
    "accounts",
    "admin",
    "administrator",
    "api",
    "api-keys",
    "app",
    "billing",
    "blog",
    "confirm",
    "console",
    "contact",
    "dashboard",
    "docs",
    "environment",
    "explore",
    "favicon",
    "guildhall",
    "help",
    "home",
    "index",
    "invite",
    "legal",
    "login",
    "logout",
    "machines",
    "mail",
    "me",
    "members",
    "new",
    "no-reply",
    "notices",
    "null",
    "openapi",
    "operator",
    "owner",
    "password",
    "postmaster",
    "pricing",
    "privacy",
    "projects",
    "public",
    "register",
    "root",
    "saml",
    "search",
    "secrets",
    "security",
    "session",
    "sessions",
    "settings",
    "sign-out",
    "signin",
    "signout",
    "signup",
    "sso",
    "static",
    "status",
    "support",
    "system",
    "take-back",
    "team",
    "terms",
    "tickets",
    "undefined",
    "user",
    "users",
    "v2",
    "webmaster",
    "well-known",
    "www",
];

/// Whether the console, the API or the platform needs the name itself: a page whose path begins with it would be out of
/// reach, or pass for the platform's.
pub fn is_reserved(name: &str) -> bool {
    console::first_parts().any(|part| part == name) || path::FIRST_PARTS.contains(&name) || RESERVED.contains(&name)
}

macro_rules! parsed_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = Issue;
            fn try_from(text: String) -> Result<Self, Issue> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

parsed_text! {
    /// The unique, human name of a workspace in URLs; an account's username is one too.
    Namespace
}
parsed_text! {
    /// What a person calls a team, a key or themselves: Unicode in NFC, without control or
    /// direction-changing characters.
    DisplayName
}
parsed_text! {
    /// The name of a secret, fit for an environment variable.
    SecretName
}

impl Namespace {
    pub fn parse(text: &str) -> Result<Self, Issue> {
        if text.is_empty() {
            return Err(Issue::new("Enter a name: lowercase letters, digits and single hyphens inside."));
        }
        if text.chars().count() > NAMESPACE_MAX {
            return Err(Issue::new(format!("This name has at most {NAMESPACE_MAX} characters.")));
        }
        if !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(Issue::new("This name has lowercase letters, digits and hyphens only."));
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err(Issue::new("Hyphens stand single, and inside the name."));
        }
        if id::is_id_shaped(text) {
            return Err(Issue::new("This name looks like an id. Choose another."));
        }
        if is_reserved(text) {
            return Err(Issue::new("This name is reserved. Choose another."));
        }
        Ok(Self(text.to_owned()))
    }
}

impl DisplayName {
    pub fn parse(text: &str) -> Result<Self, Issue> {
        if text.trim().is_empty() {
            return Err(Issue::new("Enter a name."));
        }
        let text = nfc(trimmed_words(text));
        line(&text, NAME_MAX, "A name")?;
        visible(&text)?;
        Ok(Self(text))
    }
}

impl SecretName {
    pub fn parse(text: &str) -> Result<Self, Issue> {
        if text.is_empty() || text.chars().count() > SECRET_NAME_MAX {
            return Err(Issue::new(format!("A secret's name has 1 to {SECRET_NAME_MAX} characters.")));
        }
        let mut bytes = text.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_alphabetic());
        if first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            Ok(Self(text.to_owned()))
        } else {
            Err(Issue::new("A secret's name starts with a letter and goes on with letters, digits and underscores."))
        }
    }
}

/// A secret's value: 1 to 8192 characters of any kind, kept as it is.
pub fn secret_value(text: &str) -> Result<(), Issue> {
    if (1..=SECRET_VALUE_MAX).contains(&text.chars().count()) {
        Ok(())
    } else {
        Err(Issue::new(format!("A secret's value has 1 to {SECRET_VALUE_MAX} characters.")))
    }
}

/// A team's bio, which may have line breaks, of one kind; empty where there is none.
pub fn bio(text: &str) -> Result<String, Issue> {
    let text = nfc(text.trim()).replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().count() > BIO_MAX {
        return Err(Issue::new(format!("A bio has at most {BIO_MAX} characters.")));
    }
    let lines: String = text.chars().filter(|c| *c != '\n').collect();
    line(&lines, BIO_MAX, "A bio")?;
    if !text.is_empty() {
        visible(&text)?;
    }
    Ok(text)
}

/// A team's location; empty where there is none.
pub fn location(text: &str) -> Result<String, Issue> {
    let text = nfc(text.trim());
    line(&text, LOCATION_MAX, "A location")?;
    if !text.is_empty() {
        visible(&text)?;
    }
    Ok(text)
}

/// A team's website: an `https` or `http` URL, its scheme in lower case; empty where there is none. Nobody is named
/// before its host, which would pass for the host.
pub fn website(text: &str) -> Result<String, Issue> {
    let text = trimmed(text);
    if text.is_empty() {
        return Ok(String::new());
    }
    line(text, WEBSITE_MAX, "A website's address")?;
    let wrong = || Issue::new("A website's address starts with https:// and has no spaces. Try https://example.com.");
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_host = domain::ascii(host).is_some() || host.parse::<core::net::Ipv4Addr>().is_ok();
    let is_port = port.is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let fits = matches!(scheme.as_str(), "https" | "http") && is_host && is_port;
    let has_odd = |c: char| c.is_whitespace() || c == '\\' || !c.is_ascii() && !is_visible(c);
    if fits && !rest.contains(has_odd) { Ok(format!("{scheme}://{rest}")) } else { Err(wrong()) }
}

/// A name has something that one can see.
fn visible(text: &str) -> Result<(), Issue> {
    if text.chars().any(is_visible) { Ok(()) } else { Err(Issue::new("Use at least one visible character.")) }
}

/// One line of text that cannot disguise itself.
fn line(text: &str, max: usize, what: &str) -> Result<(), Issue> {
    if text.chars().count() > max {
        return Err(Issue::new(format!("{what} has at most {max} characters.")));
    }
    if text.chars().any(|c| c.is_control() || changes_direction(c)) {
        return Err(Issue::new(format!("{what} has no control or direction-changing characters.")));
    }
    Ok(())
}

/// Line separators and the marks of Unicode's bidirectional algorithm (UAX #9, section 2).
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_holds_to_its_rule_at_the_border() {
        assert!(Namespace::parse(&"a".repeat(NAMESPACE_MAX)).is_ok());
        let reason = Namespace::parse(&"a".repeat(NAMESPACE_MAX + 1)).unwrap_err();
        assert!(reason.message.contains(&NAMESPACE_MAX.to_string()));
        for good in ["a", "7", "core", "a-b-c", "core-2", "t1aaaaaaaaaa", "t0aaaaaaaaa"] {
            assert!(Namespace::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Core", "a--b", "-a", "a-", "a b", "ä", "a_b", "t0aaaaaaaaaa", "account", "v1", "sign-in"] {
            assert!(Namespace::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_reserved_name_would_else_be_a_good_one() {
        for name in RESERVED.iter().copied().chain(path::FIRST_PARTS.iter().copied()).chain(console::first_parts()) {
            assert_eq!(Namespace::parse(name).unwrap_err().message, "This name is reserved. Choose another.", "{name}");
        }
        assert!(RESERVED.is_sorted() && path::FIRST_PARTS.is_sorted());
    }

    #[test]
    fn a_display_name_is_nfc_and_cannot_turn_the_line_around() {
        assert_eq!(DisplayName::parse(" Ame\u{301}lie ").unwrap().as_str(), "Am\u{e9}lie");
        assert!(DisplayName::parse(&"ж".repeat(NAME_MAX)).is_ok());
        assert!(DisplayName::parse(&"ж".repeat(NAME_MAX + 1)).is_err());
        for bad in ["", "  ", "a\nb", "a\u{202e}b", "a\u{0}", "a\u{2028}b"] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_secret_name_fits_an_environment_variable() {
        for good in ["A", "a", "API_TOKEN", "a1_2"] {
            assert!(SecretName::parse(good).is_ok(), "{good}");
        }
        assert!(SecretName::parse(&"a".repeat(SECRET_NAME_MAX)).is_ok());
        assert!(SecretName::parse(&"a".repeat(SECRET_NAME_MAX + 1)).is_err());
        for bad in ["", "1A", "_A", "A-B", "A B", "Ä", "<string>"] {
            assert!(SecretName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_value_counts_code_points() {
        assert!(secret_value("").is_err());
        assert!(secret_value(&"🔑".repeat(SECRET_VALUE_MAX)).is_ok());
        assert!(secret_value(&"a".repeat(SECRET_VALUE_MAX + 1)).is_err());
    }

    #[test]
    fn a_profile_takes_a_bio_a_location_and_a_website() {
        assert_eq!(bio(" one\ntwo ").unwrap(), "one\ntwo");
        assert!(bio(&"a".repeat(BIO_MAX + 1)).is_err());
        assert!(bio("a\u{0}").is_err());
        assert!(location(&"a".repeat(LOCATION_MAX + 1)).is_err());
        assert_eq!(website("").unwrap(), "");
        assert!(website("https://example.com/a").is_ok());
        for bad in ["javascript:alert(1)", "example.com", "https://", "https:///x", "https://a b.c"] {
            assert!(website(bad).is_err(), "{bad}");
        }
    }
}
