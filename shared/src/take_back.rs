//! Taking an account back by a mailed link: what goes, because it came of late, and what comes back.

use crate::timestamp::DAY;
use core::fmt;
use serde::{Deserialize, Serialize};

/// How far back a link reaches, and how long one lives that undoes something.
pub const REACH: i64 = 7 * DAY;

/// What a mailed link removed from an account and restored to it. All sessions, known browsers and other links end too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TakenBack {
    /// The email that the account has now.
    pub email: String,
    /// What was added in the last 7 days and is gone.
    pub removed: Vec<TakenItem>,
    /// What was removed or replaced in the last 7 days and is back.
    pub restored: Vec<TakenItem>,
}

/// Something that was removed from an account, or restored to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TakenItem {
    /// What it is.
    pub kind: TakenKind,
    /// What it is called; an API key with its team. Left out for the authenticator app and recovery codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What something is that was removed or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TakenKind {
    Passkey,
    AuthenticatorApp,
    RecoveryCodes,
    SshKey,
    ApiKey,
    /// That the account was changed to.
    Email,
    /// That waited to be confirmed.
    PendingEmail,
}

impl TakenKind {
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::AuthenticatorApp => "authenticator app",
            Self::RecoveryCodes => "recovery codes",
            Self::SshKey => "SSH key",
            Self::ApiKey => "API key",
            Self::Email => "email",
            Self::PendingEmail => "unconfirmed email",
        }
    }
}

impl TakenItem {
    pub fn of(kind: TakenKind) -> Self {
        Self { kind, name: None }
    }

    pub fn named(kind: TakenKind, name: impl Into<String>) -> Self {
        Self { kind, name: Some(name.into()) }
    }
}

/// For a mail and a log: `passkey “Phone”`.
impl fmt::Display for TakenItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.kind.noun();
        match &self.name {
            Some(name) => write!(f, "{noun} “{name}”"),
            None => f.write_str(noun),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_told_by_its_kind_and_its_name() {
        assert_eq!(TakenItem::named(TakenKind::Passkey, "Phone").to_string(), "passkey “Phone”");
        assert_eq!(TakenItem::of(TakenKind::RecoveryCodes).to_string(), "recovery codes");
    }
}
