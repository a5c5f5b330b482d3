//! Deactivating an account: every team that it owns alone is closed first, so that nobody can come in
//! while it goes; then one commit ends its sessions, and a mailed link brings it back for two weeks.

pub mod feature;
pub mod http;
pub mod record;
pub mod rules;
pub mod saga;

use crate::{
    error::Rejection,
    features::{
        accounts::record::AccountRecord, deactivation::record::ComeBackRecord, emails::confirmation::UNCONFIRMED,
        teams::record::TeamRecord,
    },
    mail::{self, Kind, Notice},
    object::{self, Command, Origin, timer},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    deactivation::{COME_BACK, Deactivated, Deactivation},
    id::{AttemptId, LinkId},
};
use serde::{Deserialize, Serialize};

timer!(
    /// An attempt to leave that was cut short is undone.
    GiveUp on object::Account as "leaving"
);

timer!(
    /// A team that was closed asks whether its owner has gone.
    Reopen on object::Team as "closed"
);

/// What deactivating would meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review;

impl Command for Review {
    type On = object::Account;
    type Reply = Deactivation;
    const NAME: &'static str = "account.deactivation";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deactivate {
    pub username: String,
}

impl Command for Deactivate {
    type On = object::Account;
    type Reply = Deactivated;
    const NAME: &'static str = "account.deactivate";
}

/// From an account that does not leave after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub attempt: AttemptId,
}

impl Command for Open {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.open";
}

/// When a deactivated account is erased. One that was never confirmed goes when it would have anyway.
pub fn erased_at(account: &AccountRecord) -> Option<Timestamp> {
    let at = account.deactivated?.plus(COME_BACK);
    Some(if account.confirmed.is_none() { at.min(account.created.plus(UNCONFIRMED)) } else { at })
}

/// Refuses a sign-in that was right, with the way back.
pub fn refuse(account: &AccountRecord) -> Result<(), Rejection> {
    erased_at(account).map_or(Ok(()), |at| {
        Err(Rejection::forbidden(format!(
            "This account is deactivated, and erased on {}. To come back, open the link that we mailed to it; \
             “Forgot password” mails it again.",
            mail::utc(at)
        )))
    })
}

/// Refuses to come into a team while one leaves.
pub fn refuse_leaving(tx: &Transaction<'_>) -> Result<(), Rejection> {
    match tx.get(&key::leaving()) {
        Some(_) => Err(Rejection::conflict("Your account is being deactivated. Try again in a few minutes.")),
        None => Ok(()),
    }
}

/// Whether the account leaves by this attempt, or has left.
pub fn is_leaving(tx: &Transaction<'_>, account: &AccountRecord, attempt: AttemptId) -> bool {
    account.deactivated.is_some() || tx.get(&key::leaving()).is_some_and(|leaving| leaving.attempt == attempt)
}

/// Mails the link, the same one each time, so that nobody can void it by asking for another.
pub fn mail_link(tx: &mut Transaction<'_>, account: &AccountRecord, origin: &Origin) {
    let Some(ComeBackRecord { link, until }) = tx.get(&key::come_back()) else { return };
    let kind = Kind::Security(Notice::Deactivated { account: account.id, link, until });
    crate::mail::send(tx, &account.email, &origin.site, kind);
}

/// Called by the holder of the mailed token.
/// Called by the holder of the mailed token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComeBack {
    pub link: LinkId,
}

impl Command for ComeBack {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.comeBack";
}

/// What an account holds in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    pub name: String,
    pub namespace: String,
    pub private: bool,
    pub owner: bool,
    pub members: usize,
    pub api_keys: usize,
    pub secrets: usize,
}

impl Holding {
    /// Whether the team goes with the account.
    pub fn is_alone(&self) -> bool {
        self.owner && self.members == 1
    }
}

/// From an account: what it holds here.
/// What a member holds here; `None` for a stranger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskHolding {
    pub account: AccountId,
}

impl Command for AskHolding {
    type On = object::Team;
    type Reply = Option<Holding>;
    const NAME: &'static str = "team.holding";
}

/// From an account that leaves: nobody may come in where it is alone.
/// Closes a team that the account owns alone. Where others are in it, it stays open, and says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Close {
    pub account: AccountId,
    pub attempt: AttemptId,
}

impl Command for Close {
    type On = object::Team;
    type Reply = Option<Holding>;
    const NAME: &'static str = "team.close";
}

/// Opens a team again, unless another attempt has closed it since.
pub fn open(tx: &mut Transaction<'_>, team: TeamId, attempt: Option<AttemptId>) {
    let record = tx.get(&key::team(team)).filter(|record| record.closed.is_some());
    if let Some(record) = record.filter(|record| attempt.is_none() || record.closed == attempt) {
        tx.put(&key::team(team), &TeamRecord { closed: None, ..record });
        tx.stop_timer(&Reopen);
    }
}

/// The attempt that has closed a team whose owner is not yet known to have gone.
pub fn closed(tx: &Transaction<'_>, team: TeamId) -> Option<(AccountId, AttemptId)> {
    let record = tx.get(&key::team(team))?;
    let owner = tx.get(&key::member(team, record.owner))?;
    Some((record.owner, record.closed.filter(|_| !owner.profile.deactivated)?))
}
