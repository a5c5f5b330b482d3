//! Changing the email of an account. The new one counts when it is confirmed from its own mailbox; the
//! old one stays claimed for a week, with a link that undoes the change through any later one.

use crate::{
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        emails::{
            confirmation, email,
            record::{FormerEmailRecord, PendingEmailRecord},
        },
        erasure,
        limits::budget,
        passwords::password,
        security_log,
        sessions::session,
    },
    mail::{Kind, Notice},
    object::{self, Command, Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Email, Issue, Timestamp,
    id::LinkId,
    security_log::SecurityEventKind,
    take_back::{REACH, TakenItem, TakenKind},
    text::lower,
    timestamp::DAY,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[saga::<ChangeEmail>(), rule::<CancelEmail>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<LapsePending>(), timer_rule::<ForgetFormer>()];

timer!(
    /// A new email that nobody has confirmed lapses.
    LapsePending on object::Account as "pending-email"
);

timer!(
    /// A former email cannot be brought back any more.
    ForgetFormer(LinkId) on object::Account as "former-email"
);

/// How long a new email waits to be confirmed.
pub const CONFIRM: i64 = DAY;

/// How long a change can be undone from the old mailbox.
pub const UNDO: i64 = REACH;

/// Asks for another email.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeEmail {
    pub email: Email,
}

impl Command for ChangeEmail {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.changeEmail";
}

fn key_of(email: &str) -> String {
    lower(email)
}

/// Every email that the account's claims stand for.
pub fn held(tx: &Transaction<'_>, account: &AccountRecord) -> Vec<String> {
    let own = Some(&account.email).filter(|_| account.email_held).cloned();
    let pending = tx.get(&key::pending_email()).map(|pending| pending.email);
    let former = tx.scan(&key::former_emails()).into_iter().map(|(_, former)| former.email);
    own.into_iter().chain(pending).chain(former).map(|email| key_of(&email)).collect()
}

fn hash(context: &Context<'_>, email: &str) -> String {
    context.installation.blind("email", &key_of(email))
}

/// Gives an email up, unless the account still has a claim on it for another reason.
fn release(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord, email: &str) {
    if !held(tx, account).contains(&key_of(email)) {
        tx.call(&hash(context, email), &email::Release { account: account.id });
    }
}

/// Remembers, as a keyed hash, an email that the account gives up: erasing looks for it too.
fn remember(tx: &mut Transaction<'_>, context: &Context<'_>, email: &str) {
    let hash = context.installation.blind("email", &key_of(email));
    erasure::mark(tx, &key::past_email(&hash));
}

/// What an email is claimed on the strength of. Where it has moved, the email may have been given up
/// since it was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    revision: u64,
    is_held: bool,
}

pub fn standing(tx: &Transaction<'_>, id: AccountId, email: &Email) -> Option<Standing> {
    let (revision, account) = tx.versioned(&key::account(id))?;
    Some(Standing { revision, is_held: held(tx, &account).contains(&email.key()) })
}

/// Whether the email may be changed to this one, before it is claimed.
pub fn may_request(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    email: &Email,
) -> Result<AccountRecord, Rejection> {
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    session::check_may_change(tx, context, &account)?;
    if account.email_key() == email.key() {
        return Err(Issue::new("email: This is the address that you have.").into());
    }
    Ok(account)
}

/// Counts a request before the email is claimed: whether that is refused tells something too.
pub fn count_request(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    email: &Email,
) -> Result<(), Rejection> {
    may_request(tx, context, id, email)?;
    budget::spend_all(tx, &budget::EMAIL_CHANGES)
}

/// Whether this is the email that the account has, in other letters.
pub fn is_own(tx: &Transaction<'_>, id: AccountId, email: &Email) -> bool {
    tx.get(&key::account(id))
        .is_some_and(|account| account.email_key() == email.key() && account.email != email.as_str())
}

/// Shows the account's own email in other letters. The mailbox is the same, so nothing is claimed, mailed or confirmed.
pub fn show(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId, email: &Email) -> Result<(), Rejection> {
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    session::check_may_change(tx, context, &account)?;
    if account.email_key() != email.key() {
        return Err(Rejection::conflict("Your account changed at the same time. Try again."));
    }
    account::save_profile(tx, AccountRecord { email: account::stored_email(email), ..account });
    Ok(())
}

/// Notes the new email, which has been claimed, and mails its link. One that waited before is given up.
pub fn request(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    email: &Email,
    claimed: Timestamp,
) -> Result<(), Rejection> {
    let mut account = may_request(tx, context, id, email)?;
    let now = tx.now();
    if now.since(claimed) > email::CLAIM / 2 {
        return Err(Rejection::conflict("Claiming the address took too long. Try again."));
    }
    drop_pending(tx, context, &mut account, Some(email));
    let link: LinkId = context.id();
    let expires = now.plus(CONFIRM);
    let to = account::stored_email(email);
    tx.put(&key::pending_email(), &PendingEmailRecord { email: to.clone(), link, expires });
    tx.call(&hash(context, &to), &email::Keep { account: id });
    tx.set_timer(&LapsePending, expires);
    account.pending_email = Some(to.clone());
    tx.put(&key::account(id), &account);
    security_log::note(tx, context.origin, SecurityEventKind::EmailRequest, &to);
    let kind = Kind::Security(Notice::ConfirmNewEmail { account: id, username: account.username, link, expires });
    crate::mail::send(tx, &to, &context.origin.site, kind);
    Ok(())
}

/// Takes back what waits; its email is given up unless it is about to be asked for again.
fn drop_pending(tx: &mut Transaction<'_>, context: &Context<'_>, account: &mut AccountRecord, again: Option<&Email>) {
    let Some(pending) = tx.get(&key::pending_email()) else { return };
    tx.delete(&key::pending_email());
    tx.stop_timer(&LapsePending);
    account.pending_email = None;
    if again.is_none_or(|again| again.key() != key_of(&pending.email)) {
        release(tx, context, account, &pending.email);
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelEmail;

impl Command for CancelEmail {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.cancelEmail";
}

impl Rule for CancelEmail {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        session::check(tx, context)?;
        let mut account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if account.pending_email.is_none() {
            return Err(Rejection::not_found());
        }
        drop_pending(tx, context, &mut account, None);
        tx.put(&key::account(id), &account);
        Ok(())
    }
}

/// What waits under a mailed link, if it is still good.
pub fn pending(tx: &Transaction<'_>, link: LinkId) -> Option<PendingEmailRecord> {
    tx.get(&key::pending_email()).filter(|pending| pending.link == link && pending.expires > tx.now())
}

/// Someone who does not know the account got its link.
pub fn deny(tx: &mut Transaction<'_>, context: &Context<'_>, mut account: AccountRecord) {
    drop_pending(tx, context, &mut account, None);
    tx.put(&key::account(account.id), &account);
}

/// The new email counts from now on. An old one that was never confirmed may be anybody's, so it
/// gets no link and is given up.
pub fn confirm(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    mut account: AccountRecord,
    pending: PendingEmailRecord,
) {
    let now = tx.now();
    tx.delete(&key::pending_email());
    tx.stop_timer(&LapsePending);
    let old = core::mem::replace(&mut account.email, pending.email);
    let was_held = core::mem::replace(&mut account.email_held, true);
    let was_confirmed = account.confirmed.is_some();
    if was_confirmed {
        remember(tx, context, &old);
    }
    account.pending_email = None;
    account.confirmed = Some(account.confirmed.unwrap_or(now));
    security_log::note(tx, context.origin, SecurityEventKind::EmailChange, &account.email);
    if was_confirmed {
        let link: LinkId = context.id();
        let until = now.plus(UNDO);
        tx.put(&key::former_email(link), &FormerEmailRecord { email: old.clone(), since: now, until });
        tx.set_timer(&ForgetFormer(link), until);
        let kind =
            Kind::Security(Notice::EmailChanged { account: account.id, email: account.email.clone(), link, until });
        crate::mail::send(tx, &old, &context.origin.site, kind);
    } else {
        confirmation::confirmed(tx);
        if was_held {
            release(tx, context, &account, &old);
        }
    }
    password::void_links(tx);
    // The old mailbox proves nothing of the new one.
    password::void_unlocks(tx);
    account::save_profile(tx, account);
}

/// Puts an email back that the account has or had, through any later change, and says which ones are given up: what
/// came after it, and what waits to be confirmed.
pub fn put_back(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &mut AccountRecord,
    mailbox: &str,
) -> Vec<TakenItem> {
    let wanted = key_of(mailbox);
    let formers = tx.scan(&key::former_emails());
    let own = formers.iter().filter(|(_, former)| key_of(&former.email) == wanted);
    let since = own.map(|(_, former)| former.since).min();
    let mut given_up = vec![];
    if account.email_key() != wanted {
        let replaced = core::mem::replace(&mut account.email, mailbox.to_owned());
        account.email_held = true;
        remember(tx, context, &replaced);
        given_up.push(replaced);
    }
    for (link, record) in formers {
        if since.is_some_and(|since| record.since >= since)
            && let Ok(id) = link.parse()
        {
            tx.delete(&key::former_email(id));
            tx.stop_timer(&ForgetFormer(id));
            given_up.push(record.email);
        }
    }
    let pending = tx.get(&key::pending_email());
    drop_pending(tx, context, account, None);
    given_up.sort_unstable();
    given_up.dedup();
    given_up.retain(|email| key_of(email) != wanted);
    for email in &given_up {
        release(tx, context, account, email);
    }
    let pending = pending.map(|pending| TakenItem::named(TakenKind::PendingEmail, pending.email));
    given_up.into_iter().map(|email| TakenItem::named(TakenKind::Email, email)).chain(pending).collect()
}

/// A new email that was not confirmed within a day is given up.
impl TimerRule for LapsePending {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) {
        tx.stop_timer(&LapsePending);
        if let Some(mut account) = tx.get(&key::account(id)) {
            drop_pending(tx, context, &mut account, None);
            tx.put(&key::account(id), &account);
        }
    }
}

/// A former email is free again.
impl TimerRule for ForgetFormer {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) {
        let Self(link) = *self;
        tx.stop_timer(self);
        let Some(former) = tx.get(&key::former_email(link)) else { return };
        tx.delete(&key::former_email(link));
        if let Some(account) = tx.get(&key::account(id)) {
            release(tx, context, &account, &former.email);
        }
    }
}

/// Gives every email up, for an account that goes.
pub fn release_all(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) {
    for email in held(tx, account) {
        tx.call(&hash(context, &email), &email::Release { account: account.id });
    }
}
