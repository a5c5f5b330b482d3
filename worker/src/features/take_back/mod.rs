//! Taking an account back by a mailed link: undoing a change of email, undoing something that was added, resetting the
//! password. One rule for all of them. What came within the time that a mail can undo goes: factors, SSH keys, API keys,
//! sessions, known browsers, changes that wait. What was removed or replaced in that time comes back, so that a mailbox
//! alone never leaves less than stood before.

pub mod feature;
pub mod record;
pub mod rules;
pub mod saga;

use crate::{
    features::{
        accounts::record::AccountRecord, passwords::record::NewPassword, take_back::record::TakeBackLinkRecord,
    },
    mail::Undo,
    object::{self, Command, context::Context, timer},
    store::{Transaction, key},
};
use guildhall_shared::{
    Timestamp,
    auth::MailedLink,
    id::LinkId,
    security_log::SecurityEventKind,
    take_back::{REACH, TakenBack},
};
use serde::{Deserialize, Serialize};

timer!(
    /// The first link of a mail about something new is over.
    ForgetLinks on object::Account as "take-back"
);

/// Links at once. A mail beyond them has none.
const LINKS: usize = 50;

/// The link that someone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    Reset(LinkId),
    EmailUndo(LinkId),
    /// Of the news that something was added.
    Added(LinkId),
}

impl By {
    fn happened(self) -> SecurityEventKind {
        match self {
            Self::Reset(_) => SecurityEventKind::PasswordReset,
            Self::EmailUndo(_) => SecurityEventKind::EmailUndo,
            Self::Added(_) => SecurityEventKind::TakeBack,
        }
    }
}

/// Called by the holder of the mailed token.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Reset {
    pub link: LinkId,
    pub password: NewPassword,
}

impl Command for Reset {
    type On = object::Account;
    type Reply = TakenBack;
    const NAME: &'static str = "password.reset";
}

/// Called by the holder of the token that was mailed to the old address.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoEmail {
    pub link: LinkId,
    pub password: NewPassword,
}

impl Command for UndoEmail {
    type On = object::Account;
    type Reply = TakenBack;
    const NAME: &'static str = "password.undoEmail";
}

/// Called by the holder of the token that was mailed when something was added.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct TakeBack {
    pub link: LinkId,
    pub password: NewPassword,
}

impl Command for TakeBack {
    type On = object::Account;
    type Reply = TakenBack;
    const NAME: &'static str = "password.takeBack";
}

/// A link for the mail about something that was added. A mailbox that nobody has confirmed may be someone else's, and
/// gets none.
pub fn offer(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) -> Option<Undo> {
    account.confirmed?;
    forget(tx);
    if tx.scan(&key::take_back_links()).len() >= LINKS {
        return None;
    }
    let link: LinkId = context.id();
    let since = tx.now();
    let until = since.plus(REACH);
    tx.put(&key::take_back_link(link), &TakeBackLinkRecord { email: account.email.clone(), since, until });
    forget(tx);
    Some(Undo { account: account.id, link, until })
}

/// Forgets links and former factors whose time is over, and has the alarm look again.
pub fn forget(tx: &mut Transaction<'_>) {
    tx.stop_timer(&ForgetLinks);
    let now = tx.now();
    let mut next: Option<Timestamp> = None;
    let mut stays = |until: Timestamp| {
        if until > now {
            next = Some(next.map_or(until, |next| next.min(until)));
        }
        until > now
    };
    for (id, record) in tx.scan(&key::take_back_links()) {
        if !stays(record.until)
            && let Ok(id) = id.parse()
        {
            tx.delete(&key::take_back_link(id));
        }
    }
    for (id, record) in tx.scan(&key::former_factors()) {
        if !stays(record.until)
            && let Ok(id) = id.parse()
        {
            tx.delete(&key::former_factor(id));
        }
    }
    if let Some(next) = next {
        tx.set_timer(&ForgetLinks, next);
    }
}

/// Called by the holder of the mailed token: whose account it is about.
/// The email that one signs in with once the link is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Whose {
    pub by: By,
}

impl Command for Whose {
    type On = object::Account;
    type Reply = MailedLink;
    const NAME: &'static str = "password.whose";
}
