//! An account: the person's profile, and what names and teams ask of it.

use crate::{
    features::{accounts::record::AccountRecord, teams::team::SetProfile},
    object::{self, Command, context::Context},
    store::{Transaction, key},
};
use guildhall_shared::{Email, TeamId, account::Account, id::AttemptId, session::Preferences};
use serde::{Deserialize, Serialize};

/// From an email or a namespace whose claim lapses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mine {
    pub claim: Claim,
}

impl Command for Mine {
    type On = object::Account;
    type Reply = bool;
    const NAME: &'static str = "account.mine";
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
pub fn save(tx: &mut Transaction<'_>, account: AccountRecord) {
    if tx.get(&key::account(account.id)).is_some_and(|before| before.profile() == account.profile()) {
        tx.put(&key::account(account.id), &account);
    } else {
        save_profile(tx, account);
    }
}

/// Writes a changed profile and tells every team of the account.
pub fn save_profile(tx: &mut Transaction<'_>, mut account: AccountRecord) {
    account.revision += 1;
    tx.put(&key::account(account.id), &account);
    for (team, _) in tx.scan(&key::links()) {
        if let Ok(team) = team.parse() {
            tell(tx, &account, team);
        }
    }
}

/// Tells a team what its members see of the account.
pub fn tell(tx: &mut Transaction<'_>, account: &AccountRecord, team: TeamId) {
    tx.call(&team, &SetProfile { account: account.id, profile: Box::new(account.profile()) });
}

/// An email as it is stored: shown as typed.
pub fn stored_email(email: &Email) -> String {
    email.as_str().to_owned()
}
