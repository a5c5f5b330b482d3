//! Who is asking: the credential that came with a request.

use crate::{
    credentials::{
        secret::Installation,
        token::{self, CookieToken, KeyToken},
    },
    features::{sessions::record::LIFE, sign_in::device},
    http::message::{self, header},
    object::Caller,
};
use guildhall_shared::AccountId;
use http::HeaderMap;

pub const COOKIE: &str = "__Host-session";

/// What the name of a device cookie starts with; the account follows, so that one browser can be known
/// to several.
pub const DEVICE_COOKIE: &str = "__Host-device-";

/// Device cookies that are looked at.
const DEVICES_MAX: usize = 8;

/// A credential as its text says. Whether it is still good, its records say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    None,
    /// An `Authorization` header that this installation has not made.
    WrongKey,
    Key(KeyToken, String),
    Cookie(CookieToken, String),
}

impl Credential {
    /// With an `Authorization` header the cookie is ignored.
    pub fn read(installation: &Installation, headers: &HeaderMap) -> Self {
        if headers.contains_key(header::AUTHORIZATION) {
            let key = message::text(headers, header::AUTHORIZATION)
                .and_then(|text| text.split_once(' '))
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
                .and_then(|(_, key)| token::read_key(installation, key.trim()));
            return key.map_or(Self::WrongKey, |(key, digest)| Self::Key(key, digest));
        }
        let mut ours = cookies(headers)
            .filter(|(name, _)| *name == COOKIE)
            .filter_map(|(_, value)| token::read_cookie(installation, value));
        ours.next().map_or(Self::None, |(cookie, digest)| Self::Cookie(cookie, digest))
    }

    /// Who asks an object that checks the credential itself.
    pub fn caller(&self) -> Caller {
        match self {
            Self::None | Self::WrongKey => Caller::Nobody,
            Self::Key(key, digest) => {
                Caller::Key { team: key.team, maker: key.maker, key: key.key, digest: digest.clone() }
            }
            Self::Cookie(cookie, digest) => {
                Caller::Session { account: cookie.account, session: cookie.session, digest: digest.clone() }
            }
        }
    }

    /// The account that a browser says it is.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::None | Self::WrongKey | Self::Key(..) => None,
            Self::Cookie(cookie, _) => Some(cookie.account),
        }
    }

    /// What an `Idempotency-Key` is bound to: the account behind a browser, the key of a program.
    pub fn name(&self) -> String {
        match self {
            Self::None | Self::WrongKey => String::new(),
            Self::Key(key, _) => key.key.to_string(),
            Self::Cookie(cookie, _) => cookie.account.to_string(),
        }
    }
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| str::from_utf8(line.as_bytes()).ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// The browser's device cookies, of whatever account.
pub fn devices(installation: &Installation, headers: &HeaderMap) -> Vec<device::DeviceCookie> {
    cookies(headers)
        .filter(|(name, _)| name.starts_with(DEVICE_COOKIE))
        .take(DEVICES_MAX)
        .filter_map(|(_, value)| token::read_device(installation, value))
        .map(|(token, digest)| device::DeviceCookie { account: token.account, device: token.device, digest })
        .collect()
}

/// The header that has the browser remembered.
pub fn set_device_cookie(account: AccountId, value: &str) -> String {
    cookie(&format!("{DEVICE_COOKIE}{}", account.tail()), value, device::LIFE)
}

/// The header that sets the session's cookie, for thirty days or as long as the session lives.
pub fn set_cookie(value: &str) -> String {
    cookie(COOKIE, value, LIFE)
}

/// The header that has the browser keep the cookie that it sent, until this time: the session's own end
/// slides, and the cookie has to last as long.
pub fn keep_cookie(installation: &Installation, headers: &HeaderMap, token: &CookieToken, life: i64) -> Option<String> {
    let mut ours = cookies(headers).filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
    let value = ours.find(|value| token::read_cookie(installation, value).is_some_and(|(known, _)| known == *token))?;
    Some(cookie(COOKIE, value, life))
}

/// The header that takes the cookie away.
pub fn clear_cookie() -> String {
    cookie(COOKIE, "", 0)
}

/// `life` in milliseconds.
fn cookie(name: &str, value: &str, life: i64) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", life / 1000)
}
