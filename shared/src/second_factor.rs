//! The second factor: what it can be, what it is asked with, and the codes that one types.

use crate::{
    error::Issue,
    passkey::{AuthenticationResponse, RequestOptions},
    timestamp::Timestamp,
    typed,
};
use serde::{Deserialize, Serialize};

/// A kind of second factor: a code of the authenticator app, a recovery code, or a passkey.
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

/// A sign-in with the right password that needs a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// Names this sign-in, in the answer to the challenge.
    pub challenge_id: String,
    /// What may answer it, the most convenient first.
    pub methods: Vec<Method>,
    /// Options for `navigator.credentials.get`, when a passkey may answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<RequestOptions>,
    /// When the sign-in has to start again.
    pub dt_expires: Timestamp,
}

/// A second factor for a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChallengeAnswer {
    /// The `challengeId` of the sign-in's answer.
    pub challenge_id: String,
    /// Which second factor.
    pub method: Method,
    /// A code of the authenticator app, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The browser's answer for a passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<AuthenticationResponse>,
}

/// What a challenge that was used, has expired or never was answers: the console leads back.
pub const CHALLENGE_GONE: &str = "This sign-in was used or took too long. Sign in again.";

/// The second factors of your account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// Whether an authenticator app is on.
    pub is_totp_enabled: bool,
    /// When the authenticator app was turned on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_totp_enabled: Option<Timestamp>,
    /// How many recovery codes are unused.
    pub recovery_codes_left: u64,
    /// When the recovery codes were generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dt_recovery_codes_made: Option<Timestamp>,
    /// What a sign-in with a password asks for; empty when the password is enough.
    pub methods: Vec<Method>,
}

/// Recovery codes, in this answer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Ten codes, each of which works once. Empty when the account has codes already; those keep working.
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

/// A code of the authenticator app as it is compared: six digits.
pub fn totp_code(text: &str) -> Result<String, Issue> {
    let code = typed::code(text);
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
    let code: String = typed::code(text).chars().map(right).collect();
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
        for text in [
            "123456",
            " 123 456 ",
            "123-456",
            "\t123456\n",
            "12\u{a0}34\u{2009}56",
            "１２３４５６",
            "١٢٣٤٥٦",
            "۱۲۳–۴۵۶",
            "123\u{200b}456",
        ] {
            assert_eq!(totp_code(text).as_deref(), Ok("123456"), "{text}");
        }
        for text in ["", "12345", "1234567", "12345a", "12345²", "7k3m9-x2v4q"] {
            assert_eq!(totp_code(text).unwrap_err().message, NOT_A_TOTP_CODE, "{text}");
        }
    }

    #[test]
    fn a_recovery_code_forgives_case_hyphens_spaces_and_look_alikes() {
        for text in
            ["7k3m9-x2v4q", "7K3M9X2V4Q", " 7k3m9 x2v4q ", "7k3m-9x2v-4q", "７Ｋ３Ｍ９－Ｘ２Ｖ４Ｑ", "7k3m9—x2v4q"]
        {
            assert_eq!(recovery_code(text).as_deref(), Ok("7k3m9x2v4q"), "{text}");
        }
        assert_eq!(recovery_code("OIL00-00000").as_deref(), Ok("0110000000"));
        for text in ["", "123456", "7k3m9-x2v4", "7k3m9-x2v4qq", "7k3m9-x2v4u", "7k3m9-x2v4é"] {
            assert_eq!(recovery_code(text).unwrap_err().message, NOT_A_RECOVERY_CODE, "{text}");
        }
        assert_eq!(shown_recovery_code("7k3m9x2v4q"), "7k3m9-x2v4q");
    }
}
