//! What is stored of an account: its profile, its links to teams, the emails and names it has held, and under which keys.

use crate::store::{Key, Prefix, Priority, Record, meta, primary_only};
use guildhall_shared::{AccountId, TeamId, Timestamp, id::LinkId, member, text::lower};
use serde::{Deserialize, Serialize};

#[expect(clippy::struct_excessive_bools, reason = "each is one that readers ask for")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    pub id: AccountId,
    pub email: String,
    /// Whether the email's object holds it for this account.
    pub email_held: bool,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub default_product: String,
    pub theme: String,
    pub hotkeys: bool,
    pub created: Timestamp,
    pub confirmed: Option<Timestamp>,
    /// The private workspace.
    pub workspace: TeamId,
    /// Counts changes of the profile; teams ignore an older one.
    pub revision: u64,
    /// The day of the last request, in UTC.
    pub last_active: Option<Timestamp>,
    /// A new address that is still to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<String>,
    /// Where a new session starts, where that is not the private workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed: Option<Timestamp>,
    /// When the authenticator app was turned on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<Timestamp>,
    /// Whether it is being set up.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub totp_begun: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub passkeys: u64,
    /// Whether one signs in by passkey only.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub no_password: bool,
    /// When the person left; it may come back for two weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<Timestamp>,
    /// How often it was taken back. A call that was authenticated before the last time makes no API key after it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub take_backs: u64,
}

/// What a team keeps of its member.
#[expect(clippy::struct_excessive_bools, reason = "each is one that readers ask for")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    pub revision: u64,
    pub email: String,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub default_product: String,
    pub theme: String,
    pub hotkeys: bool,
    pub created: Timestamp,
    pub confirmed: Option<Timestamp>,
    pub last_active: Option<Timestamp>,
    /// Whether a sign-in asks for a second factor.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub second_factor: bool,
    /// Whether the authenticator app is one.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub totp: bool,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub no_password: bool,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub deactivated: bool,
}

impl Profile {
    /// The name that a log shows: first and last, or the username.
    pub fn shown_name(&self) -> String {
        member::shown_name(&self.first_name, &self.last_name, &self.username)
    }
}

impl AccountRecord {
    /// What a password of the account is not made of.
    pub fn own_words(&self) -> [&str; 4] {
        [&self.username, &self.first_name, &self.last_name, &self.email]
    }

    /// Whether the password alone does not sign in.
    pub fn has_second_factor(&self) -> bool {
        self.totp.is_some() || self.passkeys > 0
    }

    pub fn profile(&self) -> Profile {
        let second_factor = self.has_second_factor();
        let Self {
            id: _,
            email,
            email_held: _,
            username,
            first_name,
            last_name,
            default_product,
            theme,
            hotkeys,
            created,
            confirmed,
            workspace: _,
            revision,
            last_active,
            pending_email: _,
            default_team: _,
            password_changed: _,
            totp,
            totp_begun: _,
            passkeys: _,
            no_password,
            deactivated,
            take_backs: _,
        } = self.clone();
        Profile {
            revision,
            email,
            username,
            first_name,
            last_name,
            default_product,
            theme,
            hotkeys,
            created,
            confirmed,
            last_active,
            second_factor,
            totp: totp.is_some(),
            no_password,
            deactivated: deactivated.is_some(),
        }
    }

    /// The form in which emails are compared.
    pub fn email_key(&self) -> String {
        lower(&self.email)
    }
}

impl Record for AccountRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Roster);
}

/// A link that was mailed and not yet used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedRecord {
    pub email: String,
    pub expires: Timestamp,
}

/// One of the account's teams: a superset, written before the team commits and removed after it has
/// confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRecord {
    pub made: bool,
    pub since: Timestamp,
}

/// Tombstone: an account with this id must never be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TombstoneRecord {
    pub at: Timestamp,
}

/// That something was once the account's, or was once told: a team that was left, an email or a name
/// that was given up, an invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRecord {
    pub at: Timestamp,
}

primary_only!(MailedRecord, TombstoneRecord, MarkRecord);

impl Record for LinkRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = None;

    fn meta(&self) -> Option<String> {
        meta(&[self.since.millis()])
    }
}

pub fn account(id: AccountId) -> Key<AccountRecord> {
    Key::new(format!("account/{id}"))
}

/// Primary only: a superset of the account's teams.
pub fn link(team: TeamId) -> Key<LinkRecord> {
    Key::new(format!("link/{team}"))
}

/// Primary only.
pub fn links() -> Prefix<LinkRecord> {
    Prefix::new("link/".to_owned())
}

/// Primary only: a one-time link that was mailed.
pub fn mailed(id: LinkId) -> Key<MailedRecord> {
    Key::new(format!("mailed/{id}"))
}

/// Primary only.
pub fn mailed_links() -> Prefix<MailedRecord> {
    Prefix::new("mailed/".to_owned())
}

/// Primary only: the tombstone of an account that was never created, written when a name asked for it.
pub fn tombstone() -> Key<TombstoneRecord> {
    Key::new("fence".to_owned())
}

/// Primary only: a team that the account was in.
pub fn left(team: TeamId) -> Key<MarkRecord> {
    Key::new(format!("left/{team}"))
}

/// Primary only.
pub fn lefts() -> Prefix<MarkRecord> {
    Prefix::new("left/".to_owned())
}

/// Primary only: an email that the account had, by its keyed hash.
pub fn past_email(hash: &str) -> Key<MarkRecord> {
    Key::new(format!("past-email/{hash}"))
}

/// Primary only.
pub fn past_emails() -> Prefix<MarkRecord> {
    Prefix::new("past-email/".to_owned())
}

/// Primary only: a username that the account had.
pub fn past_name(name: &str) -> Key<MarkRecord> {
    Key::new(format!("past-name/{name}"))
}

/// Primary only.
pub fn past_names() -> Prefix<MarkRecord> {
    Prefix::new("past-name/".to_owned())
}

/// That a team has invited it.
pub fn invited(team: TeamId) -> Key<MarkRecord> {
    Key::new(format!("invited/{team}"))
}

pub fn inviteds() -> Prefix<MarkRecord> {
    Prefix::new("invited/".to_owned())
}

pub fn is_zero(number: &u64) -> bool {
    *number == 0
}
