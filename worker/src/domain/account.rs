//! An account: the person's profile, and what names and teams ask of it.

use super::{
    Context, deactivation, email_change,
    team::{SetProfile, Yes},
};
use crate::{
    error::Refusal,
    object::{self, Command, Handler, Rule, rule},
    store::{Draft, Rank, Record, key, meta, primary_only},
};
use guildhall_shared::{
    AccountId, Email, TeamId, Timestamp, account::Account, id::AttemptId, session::Preferences, text::lower,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Mine>()];

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
    /// How often it was taken back. A call that was vouched for before the last time makes no API key after it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub take_backs: u64,
}

/// From an email or a namespace whose claim lapses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mine {
    pub claim: Claim,
}

impl Command for Mine {
    type On = object::Account;
    type Reply = Yes;
    const NAME: &'static str = "account.mine";
}

impl Rule for Mine {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Yes, Refusal> {
        mine(draft, context, id, &self.claim)
    }
}

// Only where a pointer is as long as the number.
#[cfg_attr(not(target_arch = "wasm32"), expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so"))]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
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
        let name = format!("{} {}", self.first_name, self.last_name);
        if name.trim().is_empty() { self.username.clone() } else { name.trim().to_owned() }
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

impl From<AccountRecord> for Account {
    fn from(record: AccountRecord) -> Self {
        let AccountRecord {
            id,
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
            revision: _,
            last_active: _,
            pending_email,
            default_team,
            password_changed,
            totp: _,
            totp_begun: _,
            passkeys: _,
            no_password: _,
            deactivated: _,
            take_backs: _,
        } = record;
        Self {
            id,
            email,
            username,
            first_name,
            last_name,
            default_product,
            theme,
            preferences: Preferences { hotkeys },
            dt_created: created,
            dt_confirmed: confirmed,
            pending_email,
            default_team,
            dt_password_changed: password_changed,
        }
    }
}

impl Record for AccountRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = Some(Rank::Roster);
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

/// A refusal to come into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FenceRecord {
    pub at: Timestamp,
}

/// That something was once the account's, or was once told: a team that was left, an email or a name
/// that was given up, an invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRecord {
    pub at: Timestamp,
}

primary_only!(MailedRecord, FenceRecord, MarkRecord);

impl Record for LinkRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = None;

    fn meta(&self) -> Option<String> {
        meta(&[self.since.millis()])
    }
}

/// What was claimed for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Claim {
    /// By its keyed hash.
    Email(String),
    Username(String),
    Team(TeamId),
    /// A team that was closed for an attempt to leave.
    Leaving(AttemptId),
}

/// The keyed hash under which an account's email has its object.
pub fn email_hash(context: &Context<'_>, account: &AccountRecord) -> String {
    context.installation.blind("email", &account.email_key())
}

/// Writes an account, and tells its teams where they would see a difference.
pub fn save(draft: &mut Draft<'_>, account: AccountRecord) {
    if draft.get(&key::account(account.id)).is_some_and(|before| before.profile() == account.profile()) {
        draft.put(&key::account(account.id), &account);
    } else {
        save_profile(draft, account);
    }
}

/// Writes a changed profile and tells every team of the account.
pub fn save_profile(draft: &mut Draft<'_>, mut account: AccountRecord) {
    account.revision += 1;
    draft.put(&key::account(account.id), &account);
    for (team, _) in draft.scan(&key::links()) {
        if let Ok(team) = team.parse() {
            tell(draft, &account, team);
        }
    }
}

/// Tells a team what its members see of the account.
pub fn tell(draft: &mut Draft<'_>, account: &AccountRecord, team: TeamId) {
    draft.call(&team, &SetProfile { account: account.id, profile: Box::new(account.profile()) });
}

/// Whether a claim is this account's. A "no" fences what has not come into being yet.
pub fn mine(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, claim: &Claim) -> Result<Yes, Refusal> {
    context.only_system()?;
    let account = draft.get(&key::account(id));
    if let Claim::Team(team) = claim {
        let link = draft.get(&key::link(*team));
        if let Some(LinkRecord { made: false, .. }) = link {
            draft.delete(&key::link(*team));
            draft.stop_timer(&super::link::Heal(*team));
        }
        return Ok(Yes(link.is_some_and(|link| link.made)));
    }
    let Some(account) = account else {
        if draft.get(&key::fence()).is_none() {
            draft.put(&key::fence(), &FenceRecord { at: draft.now() });
        }
        return Ok(Yes(false));
    };
    Ok(Yes(match claim {
        Claim::Email(hash) => {
            let emails = email_change::held(draft, &account);
            emails.iter().any(|email| context.installation.blind("email", email) == *hash)
        }
        Claim::Username(name) => account.username == *name,
        Claim::Leaving(attempt) => deactivation::is_leaving(draft, &account, *attempt),
        Claim::Team(_) => false,
    }))
}

/// An email as it is stored: shown as typed.
pub fn stored_email(email: &Email) -> String {
    email.as_str().to_owned()
}
