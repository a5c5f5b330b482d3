//! The second factor: what it can be, what it is asked with, and the codes that one types.

use crate::{
    error::Issue,
    passkey::{AuthenticationResponse, RequestOptions},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How somebody proves a second time who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// A code of the authenticator app (RFC 6238).
    Totp,
    /// One of the ten codes that were kept for the day when nothing else is at hand.
    Recovery,
    Passkey,
}

impl Method {
    /// For a log and for people.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Totp => "code of the authenticator app",
            Self::Recovery => "recovery code",
            Self::Passkey => "passkey",
        }
    }
}

/// A sign-in whose password was right, and that still needs a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    pub challenge_id: String,
    /// What may answer it, the handiest first.
    pub methods: Vec<Method>,
    /// What the browser is asked where a passkey is to answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<RequestOptions>,
    pub dt_expires: Timestamp,
}

/// The body of `POST /v1/auth/sign-in/challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChallengeAnswer {
    pub challenge_id: String,
    pub method: Method,
    /// Of the authenticator app, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the browser says of a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<AuthenticationResponse>,
}

/// What a challenge that was used, has expired or never was answers: the console leads back.
pub const CHALLENGE_GONE: &str = "This sign-in was used or took too long. Sign in again.";

/// What an account has for a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    pub is_totp_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_totp_enabled: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_recovery_codes_made: Option<Timestamp>,
    /// What a sign-in asks for; empty where the password is enough.
    pub methods: Vec<Method>,
}

/// Recovery codes, in this answer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Empty where the account has codes already, which stay good.
    #[serde(default)]
    pub recovery_codes: Vec<String>,
}

/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;
/// Left ones at which it is time for new ones.
pub const RECOVERY_CODES_FEW: u64 = 3;
/// Characters of a recovery code, without its hyphen.
pub const RECOVERY_CODE_LEN: usize = 10;
/// What a recovery code is made of: five bits a character, and none that looks like another.
pub const RECOVERY_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits of a code of the authenticator app.
pub const TOTP_DIGITS: usize = 6;

const NOT_A_TOTP_CODE: &str = "A code of the authenticator app has six digits.";
const NOT_A_RECOVERY_CODE: &str = "A recovery code has ten letters and digits, such as 7k3m9-x2v4q.";

/// What was typed, less what people put between: spaces and hyphens.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-')
}

/// A code of the authenticator app as it is compared: six digits.
pub fn totp_code(text: &str) -> Result<String, Issue> {
    let code: String = bare(text).collect();
    let is_code = code.len() == TOTP_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { Ok(code) } else { Err(Issue::new(NOT_A_TOTP_CODE)) }
}

/// A recovery code as it is compared: without its hyphen, in lower case, look-alikes put right.
pub fn recovery_code(text: &str) -> Result<String, Issue> {
    let right = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let code: String = bare(text).map(right).collect();
    let is_code = code.len() == RECOVERY_CODE_LEN && code.bytes().all(|byte| RECOVERY_ALPHABET.contains(&byte));
    if is_code { Ok(code) } else { Err(Issue::new(NOT_A_RECOVERY_CODE)) }
}

/// A recovery code as it is shown: `7k3m9-x2v4q`.
pub fn shown_recovery_code(code: &str) -> String {
    let (head, tail) = code.split_at_checked(RECOVERY_CODE_LEN / 2).unwrap_or((code, ""));
    format!("{head}-{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_totp_code_is_six_digits_however_it_was_typed() {
        for text in ["123456", " 123 456 ", "123-456", "\t123456\n", "12\u{a0}34\u{2009}56"] {
            assert_eq!(totp_code(text).as_deref(), Ok("123456"), "{text}");
        }
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", "7k3m9-x2v4q"] {
            assert_eq!(totp_code(text).unwrap_err().message, NOT_A_TOTP_CODE, "{text}");
        }
    }

    #[test]
    fn a_recovery_code_forgives_case_hyphens_spaces_and_look_alikes() {
        for text in ["7k3m9-x2v4q", "7K3M9X2V4Q", " 7k3m9 x2v4q ", "7k3m-9x2v-4q"] {
            assert_eq!(recovery_code(text).as_deref(), Ok("7k3m9x2v4q"), "{text}");
        }
        assert_eq!(recovery_code("OIL00-00000").as_deref(), Ok("0110000000"));
        for text in ["", "123456", "7k3m9-x2v4", "7k3m9-x2v4qq", "7k3m9-x2v4u", "7k3m9-x2v4é"] {
            assert_eq!(recovery_code(text).unwrap_err().message, NOT_A_RECOVERY_CODE, "{text}");
        }
        assert_eq!(shown_recovery_code("7k3m9x2v4q"), "7k3m9-x2v4q");
    }
}
