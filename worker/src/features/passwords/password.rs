//! Passwords of an account: changing, the link that resets one, and the lock that several attempts to
//! reset bring about.

use crate::{
    credentials::password,
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        deactivation,
        passkeys::passkey,
        passwords::record::{NewPassword, PasswordRecord, ResetLinkRecord, UnlockLinkRecord},
        second_factor, security_log,
        sessions::session::{self, Rotated},
        sign_in::{challenge, device, email_attempt},
    },
    mail::{FactorNews, Kind, Notice},
    object::{self, Command, Handler, Origin, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Code, Issue, Timestamp, auth::field, id::LinkId, security_log::SecurityEventKind, timestamp::HOUR,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<Change>(), rule::<Remove>(), rule::<Request>(), rule::<Locked>(), rule::<Unlock>()];

/// How long a link to choose a new password is good.
pub const RESET: i64 = HOUR;

/// Stores a password, or says why not.
pub fn set(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &mut AccountRecord,
    chosen: &NewPassword,
) -> Result<(), Rejection> {
    let local = account.email.split('@').next().unwrap_or_default();
    let own = [account.username.as_str(), account.first_name.as_str(), account.last_name.as_str(), local];
    let plain = field("password", guildhall_shared::password::check(&chosen.text, &own, chosen.is_common))?;
    let standing = tx.get(&key::password());
    if standing.is_some_and(|standing| password::verify(&plain, Some(&standing.hash))) {
        return Err(Issue::new("password: This is the password that you have. Choose another.").into());
    }
    let hash = password::hash(&plain, context.random()).map_err(|_| failed())?;
    tx.put(&key::password(), &PasswordRecord { hash });
    account.password_changed = Some(tx.now());
    account.no_password = false;
    Ok(())
}

/// Hashes a password that was right anew, where its hash is of another amount of work than one that is made now.
pub fn renew(tx: &mut Transaction<'_>, context: &Context<'_>, plain: &str) {
    let is_outdated = tx.get(&key::password()).is_some_and(|record| password::is_outdated(&record.hash));
    if is_outdated && let Ok(hash) = password::hash(plain, context.random()) {
        tx.put(&key::password(), &PasswordRecord { hash });
    }
}

pub fn failed() -> Rejection {
    Rejection::new(Code::InternalServerError, "The password could not be stored, and nothing was saved. Try again.")
}

/// By the person, with the session at hand.
/// Ends all other sessions and turns this one's cookie over.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub password: NewPassword,
}

impl Command for Change {
    type On = object::Account;
    type Reply = Rotated;
    const NAME: &'static str = "password.change";
}

impl Rule for Change {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Rotated, Rejection> {
        let chosen = &self.password;
        let mut account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        let session = session::check_may_change(tx, context, &account)?;
        set(tx, context, &mut account, chosen)?;
        void_links(tx);
        challenge::void_all(tx);
        session::end_others(tx, id, session.id);
        security_log::note(tx, context.origin, SecurityEventKind::PasswordChange, "");
        tell_changed(tx, context.origin, &account);
        account::save(tx, account);
        Ok(session::rotate(tx, context, id, session))
    }
}

/// By the person, who signs in with a passkey from then on.
/// Takes the password away from an account that a passkey signs in to. Sessions go on; what was begun
/// with the password does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove;

impl Command for Remove {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "password.remove";
}

impl Rule for Remove {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        session::check_may_change(tx, context, &account)?;
        if tx.get(&key::password()).is_none() {
            return Err(Rejection::conflict("Your account has no password."));
        }
        if !passkey::signs_in(tx) {
            return Err(Rejection::conflict("Without a password you need a passkey to sign in. Add one first."));
        }
        tx.delete(&key::password());
        void_links(tx);
        challenge::void_all(tx);
        security_log::note(tx, context.origin, SecurityEventKind::PasswordRemove, "");
        second_factor::tell(tx, context, &account, FactorNews::PasswordRemoved);
        account::save(tx, AccountRecord { no_password: true, password_changed: None, ..account });
        Ok(())
    }
}

fn tell_changed(tx: &mut Transaction<'_>, origin: &Origin, account: &AccountRecord) {
    let kind = Kind::Security(Notice::PasswordChanged { at: tx.now(), origin: origin.clone() });
    crate::mail::send(tx, &account.email, &origin.site, kind);
}

/// The account behind an email, unless the email is a former one of it or its claim has lapsed.
fn of_email(tx: &Transaction<'_>, context: &Context<'_>, id: AccountId, email_hash: &str) -> Option<AccountRecord> {
    let account = tx.get(&key::account(id)).filter(|account| account.email_held);
    account.filter(|account| account::email_hash(context, account) == email_hash)
}

/// From the email's object: a request to reset.
/// Mails a link. What is wrong about the request, nobody hears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub email_hash: String,
    /// Whether the email is locked, so that only a known browser gets a link.
    pub locked: bool,
    pub devices: Vec<device::DeviceCookie>,
    pub origin: Origin,
}

impl Command for Request {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "password.request";
}

impl Rule for Request {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { devices, origin, .. } = self;
        let (email_hash, locked) = (&self.email_hash, self.locked);
        context.only_system()?;
        let Some(account) = of_email(tx, context, id, email_hash) else { return Ok(()) };
        if locked && device::known(tx, id, devices).is_none() {
            return Ok(());
        }
        if account.deactivated.is_some() {
            deactivation::mail_link(tx, &account, origin);
            return Ok(());
        }
        let now = tx.now();
        for (old, record) in tx.scan(&key::reset_links()) {
            if record.expires <= now
                && let Ok(old) = old.parse()
            {
                tx.delete(&key::reset_link(old));
            }
        }
        if tx.scan(&key::reset_links()).len() >= email_attempt::RESETS_MAX {
            return Ok(());
        }
        let link: LinkId = context.id();
        let expires = now.plus(RESET);
        tx.put(&key::reset_link(link), &ResetLinkRecord { expires });
        security_log::note(tx, origin, SecurityEventKind::ResetRequest, "");
        let kind = Kind::Security(Notice::ResetPassword { account: id, link, expires, origin: origin.clone() });
        crate::mail::send(tx, &account.email, &origin.site, kind);
        Ok(())
    }
}

/// From the email's object: it has just been locked.
/// Mails the way out of a lock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Locked {
    pub email_hash: String,
    pub until: Timestamp,
    pub origin: Origin,
}

impl Command for Locked {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "password.locked";
}

impl Rule for Locked {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { origin, .. } = self;
        let (email_hash, until) = (&self.email_hash, self.until);
        context.only_system()?;
        let Some(account) = of_email(tx, context, id, email_hash) else { return Ok(()) };
        if account.deactivated.is_some() {
            deactivation::mail_link(tx, &account, origin);
            return Ok(());
        }
        void_unlocks(tx);
        let link: LinkId = context.id();
        tx.put(&key::unlock_link(link), &UnlockLinkRecord { expires: until });
        security_log::note(tx, origin, SecurityEventKind::Lock, "");
        let kind = Kind::Security(Notice::Locked { account: id, link, until, origin: origin.clone() });
        crate::mail::send(tx, &account.email, &origin.site, kind);
        Ok(())
    }
}

/// Every link that ends a lock.
pub fn void_unlocks(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::unlock_links());
}

/// Every link that lets one choose a password.
pub fn void_links(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::reset_links());
}

/// Ends the lock of the account's email, and keeps its mailbox from locks for a day.
pub fn free_email(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) {
    tx.call(&account::email_hash(context, account), &email_attempt::FreeFor { account: account.id });
}

/// Called by the holder of the mailed token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlock {
    pub link: LinkId,
}

impl Command for Unlock {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "password.unlock";
}

impl Rule for Unlock {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        let standing = tx.get(&key::unlock_link(link)).filter(|standing| standing.expires > tx.now());
        let (Some(account), Some(_)) = (tx.get(&key::account(id)), standing) else {
            return Err(Rejection::bad("This link was used, or the lock has ended by itself. Sign in."));
        };
        void_unlocks(tx);
        free_email(tx, context, &account);
        security_log::note(tx, context.origin, SecurityEventKind::Unlock, "");
        Ok(())
    }
}
