//! The texts of credentials: API keys, cookies, and tokens in mailed links. Each names its records
//! and carries a MAC, so that a forged one is known without asking anybody.

use crate::credentials::secret::{DIGITS, Installation, Purpose, base36, digest};
use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, SessionId, TeamId,
    id::{DeviceId, LinkId},
};

/// What every API key starts with.
pub const KEY_PREFIX: &str = "ghk_";

/// What the MAC of an API key covers before its body where the key's own id comes first. In older ones the team's does,
/// and the two are told apart by nothing else.
const KEY_FIRST: &str = "ghk_key-first_";

const TAIL: usize = 10;

/// Digits of a checksum: 51 bits.
const CHECK: usize = 10;

/// An API key as its text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyToken {
    pub team: TeamId,
    pub maker: AccountId,
    pub key: ApiKeyId,
}

/// A cookie as its text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieToken {
    pub account: AccountId,
    pub session: SessionId,
}

/// A credential and the hash that is stored of it.
pub struct IssuedToken {
    pub text: String,
    pub digest: String,
}

/// A new API key. Its own id comes first, so that whoever sees the beginning knows which one it is.
pub fn make_key(installation: &Installation, token: KeyToken, entropy: [u8; 16]) -> IssuedToken {
    let body = format!("{}{}{}{}", token.key.tail(), token.team.tail(), token.maker.tail(), base36(entropy));
    sign(installation, KEY_PREFIX, KEY_FIRST, &body)
}

/// Reads an API key; `None` for anything this installation has not made.
pub fn read_key(installation: &Installation, text: &str) -> Option<(KeyToken, String)> {
    let length = 3 * TAIL + DIGITS;
    let (body, is_key_first) = match check(installation, KEY_PREFIX, KEY_FIRST, text, length) {
        Some(body) => (body, true),
        None => (check(installation, KEY_PREFIX, KEY_PREFIX, text, length)?, false),
    };
    let tail = |n: usize| body.get(n * TAIL..(n + 1) * TAIL);
    let (key, team, maker) = if is_key_first { (0, 1, 2) } else { (2, 0, 1) };
    let token = KeyToken {
        team: TeamId::from_tail(tail(team)?).ok()?,
        maker: AccountId::from_tail(tail(maker)?).ok()?,
        key: ApiKeyId::from_tail(tail(key)?).ok()?,
    };
    Some((token, digest(text)))
}

/// How the text of a key begins: far enough to tell it from every other.
pub fn key_beginning(token: KeyToken, is_key_first: bool) -> String {
    let KeyToken { team, maker, key } = token;
    if is_key_first {
        format!("{KEY_PREFIX}{}", key.tail())
    } else {
        format!("{KEY_PREFIX}{}{}{}", team.tail(), maker.tail(), key.tail())
    }
}

pub fn make_cookie(installation: &Installation, token: CookieToken, entropy: [u8; 16]) -> IssuedToken {
    let body = format!("{}{}{}", token.account.tail(), token.session.tail(), base36(entropy));
    sign(installation, "", "", &body)
}

pub fn read_cookie(installation: &Installation, text: &str) -> Option<(CookieToken, String)> {
    let body = check(installation, "", "", text, 2 * TAIL + DIGITS)?;
    let token = CookieToken {
        account: AccountId::from_tail(body.get(..TAIL)?).ok()?,
        session: SessionId::from_tail(body.get(TAIL..2 * TAIL)?).ok()?,
    };
    Some((token, digest(text)))
}

/// What a device cookie's value starts with.
const DEVICE_PREFIX: &str = "ghd_";

/// A device cookie as its text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceToken {
    pub account: AccountId,
    pub device: DeviceId,
}

pub fn make_device(installation: &Installation, token: DeviceToken, entropy: [u8; 16]) -> IssuedToken {
    let body = format!("{}{}{}", token.account.tail(), token.device.tail(), base36(entropy));
    sign(installation, DEVICE_PREFIX, DEVICE_PREFIX, &body)
}

pub fn read_device(installation: &Installation, text: &str) -> Option<(DeviceToken, String)> {
    let body = check(installation, DEVICE_PREFIX, DEVICE_PREFIX, text, 2 * TAIL + DIGITS)?;
    let token = DeviceToken {
        account: AccountId::from_tail(body.get(..TAIL)?).ok()?,
        device: DeviceId::from_tail(body.get(TAIL..2 * TAIL)?).ok()?,
    };
    Some((token, digest(text)))
}

/// `label` is what the MAC covers before the body.
fn sign(installation: &Installation, prefix: &str, label: &str, body: &str) -> IssuedToken {
    let mac = installation.mac(Purpose::Checksum, &format!("{label}{body}"));
    let text = format!("{prefix}{body}{}", mac.get(..CHECK).unwrap_or_default());
    let digest = digest(&text);
    IssuedToken { text, digest }
}

fn check<'t>(installation: &Installation, prefix: &str, label: &str, text: &'t str, length: usize) -> Option<&'t str> {
    let rest = text.strip_prefix(prefix)?;
    if rest.len() != length + CHECK || !rest.is_ascii() {
        return None;
    }
    let (body, mac) = rest.split_at_checked(length)?;
    installation.is_mac(Purpose::Checksum, &format!("{label}{body}"), mac, CHECK).then_some(body)
}

/// What a one-time token is for, and the record that says whether it is still good. A mailed one is
/// made of these when the mail is written: nothing that is stored opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    ConfirmEmail {
        account: AccountId,
        link: LinkId,
    },
    ResetPassword {
        account: AccountId,
        link: LinkId,
    },
    Unlock {
        account: AccountId,
        link: LinkId,
    },
    UndoEmail {
        account: AccountId,
        link: LinkId,
    },
    ComeBack {
        account: AccountId,
        link: LinkId,
    },
    /// Of the news that something was added.
    TakeBack {
        account: AccountId,
        link: LinkId,
    },
    Invitation {
        team: TeamId,
        invitation: InvitationId,
        link: LinkId,
    },
    /// Not mailed: a sign-in that waits for its second factor.
    Challenge {
        account: AccountId,
        link: LinkId,
    },
}

impl Link {
    fn body(self) -> String {
        match self {
            Self::ConfirmEmail { account, link } => format!("c{}{}", account.tail(), link.tail()),
            Self::ResetPassword { account, link } => format!("p{}{}", account.tail(), link.tail()),
            Self::Unlock { account, link } => format!("l{}{}", account.tail(), link.tail()),
            Self::UndoEmail { account, link } => format!("e{}{}", account.tail(), link.tail()),
            Self::ComeBack { account, link } => format!("b{}{}", account.tail(), link.tail()),
            Self::TakeBack { account, link } => format!("t{}{}", account.tail(), link.tail()),
            Self::Invitation { team, invitation, link } => {
                format!("i{}{}{}", team.tail(), invitation.tail(), link.tail())
            }
            Self::Challenge { account, link } => format!("s{}{}", account.tail(), link.tail()),
        }
    }

    pub fn token(self, installation: &Installation) -> String {
        let body = self.body();
        let mac = installation.mac(Purpose::Link, &body);
        format!("{body}{mac}")
    }

    pub fn read(installation: &Installation, token: &str) -> Option<Self> {
        let at = token.len().checked_sub(DIGITS)?;
        let (body, mac) = token.split_at_checked(at)?;
        if !installation.is_mac(Purpose::Link, body, mac, DIGITS) {
            return None;
        }
        let tails = body.get(1..)?;
        let tail = |n: usize| tails.get(n * TAIL..(n + 1) * TAIL);
        let of_account = || Some((AccountId::from_tail(tail(0)?).ok()?, LinkId::from_tail(tail(1)?).ok()?));
        match (body.get(..1)?, tails.len() / TAIL) {
            ("c", 2) => of_account().map(|(account, link)| Self::ConfirmEmail { account, link }),
            ("p", 2) => of_account().map(|(account, link)| Self::ResetPassword { account, link }),
            ("l", 2) => of_account().map(|(account, link)| Self::Unlock { account, link }),
            ("e", 2) => of_account().map(|(account, link)| Self::UndoEmail { account, link }),
            ("s", 2) => of_account().map(|(account, link)| Self::Challenge { account, link }),
            ("b", 2) => of_account().map(|(account, link)| Self::ComeBack { account, link }),
            ("t", 2) => of_account().map(|(account, link)| Self::TakeBack { account, link }),
            ("i", 3) => Some(Self::Invitation {
                team: TeamId::from_tail(tail(0)?).ok()?,
                invitation: InvitationId::from_tail(tail(1)?).ok()?,
                link: LinkId::from_tail(tail(2)?).ok()?,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_records_and_a_forged_one_is_known() {
        let token = KeyToken {
            team: TeamId::from_random([1; 16]),
            maker: AccountId::from_random([2; 16]),
            key: ApiKeyId::from_random([3; 16]),
        };
        let made = make_key(&Installation::fixed(), token, [4; 16]);
        assert_eq!(made.text.len(), 69);
        assert_eq!(read_key(&Installation::fixed(), &made.text), Some((token, made.digest)));
        for at in 0..made.text.len() {
            let mut forged = made.text.clone().into_bytes();
            forged[at] = if forged[at] == b'7' { b'8' } else { b'7' };
            assert_eq!(read_key(&Installation::fixed(), std::str::from_utf8(&forged).unwrap()), None, "{at}");
        }
        assert_eq!(read_key(&Installation::fixed(), "ghk_é"), None);
    }

    #[test]
    fn a_cookie_is_no_key_and_a_link_no_other_link() {
        let token = CookieToken { account: AccountId::from_random([2; 16]), session: SessionId::from_random([3; 16]) };
        let made = make_cookie(&Installation::fixed(), token, [4; 16]);
        assert_eq!(read_cookie(&Installation::fixed(), &made.text), Some((token, made.digest)));
        assert_eq!(read_key(&Installation::fixed(), &made.text), None);
        let link = Link::ConfirmEmail { account: token.account, link: LinkId::from_random([5; 16]) };
        let text = link.token(&Installation::fixed());
        assert_eq!(Link::read(&Installation::fixed(), &text), Some(link));
        assert_eq!(Link::read(&Installation::fixed(), &text.replacen('c', "i", 1)), None);
        assert_eq!(Link::read(&Installation::fixed(), ""), None);
    }
}
