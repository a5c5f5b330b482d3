//! What a passkey is asked to sign, and the name by which it knows its account. Both carry a MAC, so
//! that nothing is stored when one is given out, and a forged one wakes no object.

use crate::credentials::secret::{DIGITS, Installation, Purpose as Key, base36, equal};
use guildhall_shared::{
    AccountId, Timestamp,
    base64::{decode_url, encode_url},
};
use serde::{Deserialize, Serialize};

/// What a signature is good for, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Making a passkey.
    Register,
    /// Signing in without a password, as whatever account the passkey names.
    SignIn,
    /// The second step of a sign-in.
    Factor,
    /// Proving oneself again.
    Prove,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Register, Self::SignIn, Self::Factor, Self::Prove];

    const fn letter(self) -> &'static str {
        match self {
            Self::Register => "r",
            Self::SignIn => "s",
            Self::Factor => "f",
            Self::Prove => "p",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub purpose: Purpose,
    /// `None` where the passkey is to name it.
    pub account: Option<AccountId>,
    pub expires: Timestamp,
    /// 128 random bits, by which it is known to be spent.
    pub nonce: String,
}

impl Challenge {
    pub fn new(purpose: Purpose, account: Option<AccountId>, expires: Timestamp, entropy: [u8; 16]) -> Self {
        Self { purpose, account, expires, nonce: base36(entropy) }
    }

    fn body(&self) -> String {
        let account = self.account.as_ref().map_or("", |account| account.as_str());
        format!("{}.{account}.{}.{}", self.purpose.letter(), self.expires.millis(), self.nonce)
    }

    /// In base64url, as the browser gets it and gives it back.
    pub fn text(&self, installation: &Installation) -> String {
        let body = self.body();
        encode_url(format!("{body}.{}", installation.mac(Key::Passkey, &body)).as_bytes())
    }

    /// `None` for anything that this installation has not made.
    pub fn read(installation: &Installation, text: &str) -> Option<Self> {
        let text = String::from_utf8(decode_url(text)?).ok()?;
        let (body, mac) = text.rsplit_once('.')?;
        if !installation.is_mac(Key::Passkey, body, mac, DIGITS) {
            return None;
        }
        let mut parts = body.split('.');
        let (letter, account, expires, nonce) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            purpose: Purpose::ALL.into_iter().find(|purpose| purpose.letter() == letter)?,
            account: if account.is_empty() { None } else { Some(account.parse().ok()?) },
            expires: Timestamp::from_millis(expires.parse().ok()?),
            nonce: nonce.to_owned(),
        })
    }
}

/// What a passkey keeps of its account, in base64url. It is good as long as the passkey, so it has the
/// MAC that a new installation key in front does not change.
pub fn handle(installation: &Installation, account: AccountId) -> String {
    encode_url(format!("{account}{}", installation.blind("passkey", account.as_str())).as_bytes())
}

pub fn read_handle(installation: &Installation, text: &str) -> Option<AccountId> {
    let bytes = decode_url(text)?;
    let (id, mac) = core::str::from_utf8(&bytes).ok()?.split_at_checked(guildhall_shared::id::LEN)?;
    let account: AccountId = id.parse().ok()?;
    equal(&installation.blind("passkey", id), mac).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountId {
        AccountId::from_random([2; 16])
    }

    #[test]
    fn a_challenge_comes_back_as_it_was_and_a_forged_one_not_at_all() {
        let installation = Installation::fixed();
        for account in [None, Some(account())] {
            for purpose in Purpose::ALL {
                let made = Challenge::new(purpose, account, Timestamp::from_millis(7), [3; 16]);
                let text = made.text(&installation);
                assert_eq!(Challenge::read(&installation, &text), Some(made));
                for at in 0..text.len() {
                    let mut forged = text.clone().into_bytes();
                    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
                    assert_eq!(Challenge::read(&installation, std::str::from_utf8(&forged).unwrap()), None, "{at}");
                }
            }
        }
        for text in ["", "AA", "é"] {
            assert_eq!(Challenge::read(&installation, text), None);
        }
    }

    #[test]
    fn a_handle_names_its_account_and_has_room_in_an_authenticator() {
        let installation = Installation::fixed();
        let text = handle(&installation, account());
        assert_eq!(read_handle(&installation, &text), Some(account()));
        // WebAuthn Level 3, section 5.4.3.
        assert!(decode_url(&text).unwrap().len() <= 64);
        let other = AccountId::from_random([4; 16]);
        let forged = encode_url(format!("{other}{}", installation.blind("passkey", account().as_str())).as_bytes());
        for text in [forged.as_str(), "", "AA", &encode_url(account().as_str().as_bytes())] {
            assert_eq!(read_handle(&installation, text), None);
        }
    }
}
