//! The rules of confirming an email: the link, another one, and what lapses without it.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account,
            record::{AccountRecord, FenceRecord, MailedRecord},
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
    store::{Draft, key},
};
use guildhall_shared::{AccountId, id::LinkId, security_log::Happened};

pub const COMMANDS: &[Handler] = &[rule::<Confirm>(), saga::<Resend>(), rule::<Deny>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<LapseEmail>(), timer_rule::<LapseAccount>()];

impl Rule for Confirm {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        session::check(draft, context)?;
        let mut account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if let Some(pending) = email_change::pending(draft, link) {
            if account.has_second_factor() {
                // It may have been turned on since the change was asked for.
                session::check_recent_factor(draft, context)?;
            }
            email_change::confirm(draft, context, account, pending);
            return Ok(());
        }
        spend(draft, &account, link)?;
        account.confirmed = Some(draft.now());
        confirmation::settle(draft);
        security_log::note(draft, context.origin, Happened::EmailConfirm, &account.email);
        account::save_profile(draft, account);
        Ok(())
    }
}

/// Uses up a mailed link.
fn spend(draft: &mut Draft<'_>, account: &AccountRecord, link: LinkId) -> Result<(), Rejection> {
    let used = || Rejection::bad("This link was used or is out of date. Sign in and ask for a new one.");
    let mailed = draft.get(&key::mailed(link)).ok_or_else(used)?;
    if mailed.expires <= draft.now()
        || mailed.email != account.email
        || account.confirmed.is_some()
        || !account.email_held
    {
        return Err(used());
    }
    confirmation::void_links(draft);
    Ok(())
}

/// Whether the confirmation may be sent again, and whether the email has to be claimed for it.
pub fn may_resend(draft: &Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<AccountRecord, Rejection> {
    session::check(draft, context)?;
    let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
    if account.confirmed.is_some() {
        return Err(Rejection::conflict("Your email address is confirmed already."));
    }
    budget::may_spend(draft, &budget::RESENDS)?;
    Ok(account)
}

pub fn resend(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
    let mut account = may_resend(draft, context, id)?;
    let now = draft.now();
    budget::spend_all(draft, &budget::RESENDS)?;
    if !account.email_held {
        account.email_held = true;
        draft.put(&key::account(id), &account);
        draft.call(&account::email_hash(context, &account), &email::Keep { account: id });
        draft.set_timer(&LapseEmail, now.plus(CONFIRM));
    }
    mail_confirmation(draft, context, &account);
    Ok(())
}

/// Mails a new confirmation link; the ones before it are void.
pub fn mail_confirmation(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord) {
    confirmation::void_links(draft);
    let link: LinkId = context.id();
    let expires = draft.now().plus(CONFIRM);
    draft.put(&key::mailed(link), &MailedRecord { email: account.email.clone(), expires });
    let kind = Kind::ConfirmEmail { account: account.id, username: account.username.clone(), link, expires };
    crate::mail::send(draft, &account.email, &context.origin.site, kind);
}

impl Rule for Deny {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { link } = *self;
        let gone = || Rejection::bad("This link was used or is out of date.");
        let account = draft.get(&key::account(id)).ok_or_else(gone)?;
        if email_change::pending(draft, link).is_some() {
            email_change::deny(draft, context, account);
            return Ok(());
        }
        spend(draft, &account, link)?;
        draft.call(&account::email_hash(context, &account), &email::Denied { account: id });
        purge(draft, context, &account);
        Ok(())
    }
}

/// Takes away everything an unconfirmed account has, its workspace and its names.
pub fn purge(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord) {
    let id = account.id;
    email_change::release_all(draft, context, account);
    draft.wipe(usize::MAX, "");
    draft.put(&key::fence(), &FenceRecord { at: draft.now() });
    draft.call(&account.username, &namespace::Release { holder: Holder::Account(id) });
    draft.call(&account.workspace, &Purge);
}

/// The claim on the email lapses after a day without confirmation.
impl TimerRule for LapseEmail {
    fn fire(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) {
        draft.stop_timer(&LapseEmail);
        let Some(mut account) = draft.get(&key::account(id)).filter(|account| account.confirmed.is_none()) else {
            return;
        };
        if account.email_held {
            draft.call(&account::email_hash(context, &account), &email::Release { account: id });
            account.email_held = false;
            draft.put(&key::account(id), &account);
            confirmation::void_links(draft);
            // One of these would confirm an email that somebody else may have by now.
            password::void_links(draft);
        }
    }
}

/// The account itself goes after a week without confirmation.
impl TimerRule for LapseAccount {
    fn fire(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) {
        draft.stop_timer(&LapseAccount);
        if let Some(account) = draft.get(&key::account(id)).filter(|account| account.confirmed.is_none()) {
            purge(draft, context, &account);
        }
    }
}
