//! Names: namespaces and usernames, names of people, teams, API keys and secrets, and a secret's value.
//! The same functions check a form's field and a request's body; lengths count code points.

use crate::{error::Issue, id, text::nfc};
use core::fmt;
use serde::{Deserialize, Serialize};

pub const NAMESPACE_MAX: usize = 39;
pub const NAME_MAX: usize = 64;
pub const SECRET_NAME_MAX: usize = 128;
pub const SECRET_VALUE_MAX: usize = 8192;
pub const BIO_MAX: usize = 280;
pub const LOCATION_MAX: usize = 64;
pub const WEBSITE_MAX: usize = 200;

/// Names that the console and the API use themselves, or that would pass for the operator.
pub const RESERVED: &[&str] = &[
    "about",
    "abuse",
    "access",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "api-keys",
    "app",
    "assets",
    "auth",
    "billing",
    "blog",
    "confirm",
    "confirm-email",
    "console",
    "contact",
    "dashboard",
    "dev",
    "docs",
    "email-undo",
    "environment",
    "explore",
    "favicon",
    "forgot-password",
    "gallery",
    "guildhall",
    "health",
    "help",
    "home",
    "index",
    "invitations",
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
    "paperspace",
    "password",
    "postmaster",
    "pricing",
    "privacy",
    "projects",
    "public",
    "register",
    "reset-password",
    "root",
    "saml",
    "search",
    "secrets",
    "security",
    "session",
    "sessions",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
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
    "teams",
    "terms",
    "tickets",
    "undefined",
    "unlock",
    "user",
    "users",
    "v1",
    "v2",
    "webmaster",
    "well-known",
    "www",
];

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
        if RESERVED.contains(&text) {
            return Err(Issue::new("This name is reserved. Choose another."));
        }
        Ok(Self(text.to_owned()))
    }
}

impl DisplayName {
    pub fn parse(text: &str) -> Result<Self, Issue> {
        let text = nfc(text.trim());
        if text.is_empty() {
            return Err(Issue::new("Enter a name."));
        }
        line(&text, NAME_MAX, "A name").map(|()| Self(text))
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

/// A team's bio, which may have line breaks; empty where there is none.
pub fn bio(text: &str) -> Result<String, Issue> {
    let text = nfc(text.trim());
    let lines: String = text.chars().filter(|c| *c != '\n').collect();
    if text.chars().count() > BIO_MAX {
        return Err(Issue::new(format!("A bio has at most {BIO_MAX} characters.")));
    }
    line(&lines, BIO_MAX, "A bio").map(|()| text)
}

/// A team's location; empty where there is none.
pub fn location(text: &str) -> Result<String, Issue> {
    let text = nfc(text.trim());
    line(&text, LOCATION_MAX, "A location").map(|()| text)
}

/// A team's website: an `https` or `http` address; empty where there is none.
pub fn website(text: &str) -> Result<String, Issue> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    line(text, WEBSITE_MAX, "A website's address")?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits =
        rest.is_some_and(|rest| !rest.starts_with('/') && rest.contains('.') && !rest.contains(char::is_whitespace));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Issue::new("A website's address starts with https:// and has no spaces."))
    }
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
        for name in RESERVED {
            assert_eq!(Namespace::parse(name).unwrap_err().message, "This name is reserved. Choose another.");
        }
        assert!(RESERVED.is_sorted());
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
