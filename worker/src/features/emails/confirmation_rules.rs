//! The rules of confirming an email: the link, another one, and what lapses without it.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account,
            record::{AccountRecord, MailedRecord, TombstoneRecord},
        },
        emails::{
            confirmation::{self, CONFIRM, Confirm, Deny, LapseAccount, LapseEmail, Resend},
            email, email_change,
        },
        erasure::Purge,
        limits::budget,
        passwords::password,
        security_log,
        sessions::session,
        teams::{namespace, record::Holder},
    },
    mail::Kind,
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, id::LinkId, security_log::SecurityEventKind};

pub const COMMANDS: &[Handler] = &[rule::<Confirm>(), saga::<Resend>(), rule::<Deny>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<LapseEmail>(), timer_rule::<LapseAccount>()];

impl Rule for Confirm {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        session::check(tx, context)?;
        let mut account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if let Some(pending) = email_change::pending(tx, link) {
            if account.has_second_factor() {
                // It may have been turned on since the change was asked for.
                session::check_recent_factor(tx, context)?;
            }
            email_change::confirm(tx, context, account, pending);
            return Ok(());
        }
        spend(tx, &account, link)?;
        account.confirmed = Some(tx.now());
        confirmation::confirmed(tx);
        security_log::note(tx, context.origin, SecurityEventKind::EmailConfirm, &account.email);
        account::save_profile(tx, account);
        Ok(())
    }
}

/// Uses up a mailed link.
fn spend(tx: &mut Transaction<'_>, account: &AccountRecord, link: LinkId) -> Result<(), Rejection> {
    let used = || Rejection::bad("This link was used or is out of date. Sign in and ask for a new one.");
    let mailed = tx.get(&key::mailed(link)).ok_or_else(used)?;
    if mailed.expires <= tx.now() || mailed.email != account.email || account.confirmed.is_some() || !account.email_held
    {
        return Err(used());
    }
    confirmation::void_links(tx);
    Ok(())
}

/// Whether the confirmation may be sent again, and whether the email has to be claimed for it.
pub fn may_resend(tx: &Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<AccountRecord, Rejection> {
    session::check(tx, context)?;
    let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    if account.confirmed.is_some() {
        return Err(Rejection::conflict("Your email address is confirmed already."));
    }
    budget::may_spend(tx, &budget::RESENDS)?;
    Ok(account)
}

pub fn resend(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
    let mut account = may_resend(tx, context, id)?;
    let now = tx.now();
    budget::spend_all(tx, &budget::RESENDS)?;
    if !account.email_held {
        account.email_held = true;
        tx.put(&key::account(id), &account);
        tx.call(&account::email_hash(context, &account), &email::Keep { account: id });
        tx.set_timer(&LapseEmail, now.plus(CONFIRM));
    }
    mail_confirmation(tx, context, &account);
    Ok(())
}

/// Mails a new confirmation link; the ones before it are void.
pub fn mail_confirmation(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) {
    confirmation::void_links(tx);
    let link: LinkId = context.id();
    let expires = tx.now().plus(CONFIRM);
    tx.put(&key::mailed(link), &MailedRecord { email: account.email.clone(), expires });
    let kind = Kind::ConfirmEmail { account: account.id, username: account.username.clone(), link, expires };
    crate::mail::send(tx, &account.email, &context.origin.site, kind);
}

impl Rule for Deny {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        let gone = || Rejection::bad("This link was used or is out of date.");
        let account = tx.get(&key::account(id)).ok_or_else(gone)?;
        if email_change::pending(tx, link).is_some() {
            email_change::deny(tx, context, account);
            return Ok(());
        }
        spend(tx, &account, link)?;
        tx.call(&account::email_hash(context, &account), &email::Denied { account: id });
        purge(tx, context, &account);
        Ok(())
    }
}

/// Takes away everything an unconfirmed account has, its workspace and its names.
pub fn purge(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) {
    let id = account.id;
    email_change::release_all(tx, context, account);
    tx.wipe(usize::MAX, "");
    tx.put(&key::tombstone(), &TombstoneRecord { at: tx.now() });
    tx.call(&account.username, &namespace::Release { holder: Holder::Account(id) });
    tx.call(&account.workspace, &Purge);
}

/// The claim on the email lapses after a day without confirmation.
impl TimerRule for LapseEmail {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) {
        tx.stop_timer(&LapseEmail);
        let Some(mut account) = tx.get(&key::account(id)).filter(|account| account.confirmed.is_none()) else {
            return;
        };
        if account.email_held {
            tx.call(&account::email_hash(context, &account), &email::Release { account: id });
            account.email_held = false;
            tx.put(&key::account(id), &account);
            confirmation::void_links(tx);
            // One of these would confirm an email that someone else may have by now.
            password::void_links(tx);
        }
    }
}

/// The account itself goes after a week without confirmation.
impl TimerRule for LapseAccount {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) {
        tx.stop_timer(&LapseAccount);
        if let Some(account) = tx.get(&key::account(id)).filter(|account| account.confirmed.is_none()) {
            purge(tx, context, &account);
        }
    }
}
