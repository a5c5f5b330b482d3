//! The rules of taking an account back: what goes, what comes back, who is told.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account,
            event::{AccountEvent, AccountEvents},
            record::AccountRecord,
        },
        deactivation,
        emails::{confirmation, email_change},
        passkeys,
        passwords::{password, record::NewPassword},
        second_factor::{self, former_factor, record::Former, recovery_code},
        security_log,
        take_back::{self, By, ForgetLinks, Reset, TakeBack, UndoEmail, Whose, record::TakeBackLinkRecord},
        totp,
    },
    mail::{Kind, Notice},
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer_rule},
    product::Guildhall,
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    auth::MailedLink,
    security_log::SecurityEventKind,
    take_back::{REACH, TakenBack, TakenItem, TakenKind},
    text::lower,
};

pub const COMMANDS: &[Handler] = &[rule::<Whose>(), saga::<Reset>(), saga::<UndoEmail>(), saga::<TakeBack>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<ForgetLinks>()];

impl TimerRule for ForgetLinks {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, _id: AccountId) {
        take_back::forget(tx);
    }
}

/// The account, and the mailbox that holds the link, if it is still good.
fn judge(tx: &Transaction<'_>, id: AccountId, by: By) -> Result<(AccountRecord, String), Rejection> {
    let account = tx.get(&key::account(id));
    let now = tx.now();
    match by {
        By::Reset(link) => {
            let standing = tx.get(&key::reset_link(link)).filter(|standing| standing.expires > now);
            let account = account.filter(|_| standing.is_some());
            let account =
                account.ok_or_else(|| Rejection::bad("This link was used or is out of date. Ask for a new one."))?;
            let mailbox = account.email.clone();
            Ok((account, mailbox))
        }
        By::EmailUndo(link) => {
            let former = tx.get(&key::former_email(link)).filter(|former| former.until > now);
            let whole = account.zip(former).map(|(account, former)| (account, former.email));
            whole.ok_or_else(gone)
        }
        By::Added(link) => {
            let standing = tx.get(&key::take_back_link(link)).filter(|standing| standing.until > now);
            let (account, standing) = account.zip(standing).ok_or_else(gone)?;
            if has_mailbox(tx, &account, &standing) { Ok((account, standing.email)) } else { Err(gone()) }
        }
    }
}

impl Rule for Whose {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<MailedLink, Rejection> {
        let Self { by } = *self;
        context.only_system()?;
        judge(tx, id, by).map(|(_, email)| MailedLink { email })
    }
}

fn gone() -> Rejection {
    Rejection::bad("This link was used or is out of date. Reset your password, or ask for help.")
}

/// Whether the mailbox of a link is the account's, or was until a change that it can still undo.
fn has_mailbox(tx: &Transaction<'_>, account: &AccountRecord, link: &TakeBackLinkRecord) -> bool {
    let wanted = lower(&link.email);
    let mut formers = tx.scan(&key::former_emails()).into_iter().map(|(_, former)| former);
    account.email_key() == wanted
        || formers.any(|of| lower(&of.email) == wanted && of.since >= link.since && of.until > tx.now())
}

/// The teams whose API keys would go; none for a link that is no good.
pub fn teams(tx: &Transaction<'_>, id: AccountId, by: By) -> Vec<TeamId> {
    if judge(tx, id, by).is_err() {
        return vec![];
    }
    tx.scan(&key::links()).into_iter().filter_map(|(team, _)| team.parse().ok()).collect()
}

/// 1. The link.
/// 2. Its mailbox is the account's email again, through any later change, and the new password is good.
/// 3. Everything that another may hold goes: sessions, browsers, links, and what was added within the time that a mail
///    can undo. What was removed or replaced in that time comes back. An account whose email was never confirmed may be
///    someone else's work: there all of it goes, and the email is confirmed.
/// 4. The lock ends, since the mailbox has been proved, and its holder hears what was done.
///
/// `api_keys` are those that teams end when they hear of it, as they were a moment ago.
pub fn run(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    by: By,
    chosen: &NewPassword,
    api_keys: &[String],
) -> Result<TakenBack, Rejection> {
    // 1
    let (mut account, mailbox) = judge(tx, id, by)?;
    let was_confirmed = account.confirmed.is_some();
    let since = if was_confirmed { tx.now().plus(-REACH) } else { Timestamp::default() };
    // 2
    let mut removed = email_change::put_back(tx, context, &mut account, &mailbox);
    password::set(tx, context, &mut account, chosen)?;
    // 3
    void_links(tx, &account);
    let (factors, restored) = take_factors(tx, &mut account, since);
    removed.extend(factors);
    account.take_backs += 1;
    let event = AccountEvent::TakenBack { since, take_backs: account.take_backs, removed: &mut removed };
    Guildhall::raise(tx, context, id, event);
    if !was_confirmed {
        account.confirmed = Some(tx.now());
        confirmation::confirmed(tx);
        former_factor::erase(tx);
    }
    // 4
    password::free_email(tx, context, &account);
    security_log::note(tx, context.origin, by.happened(), &account.email);
    for item in &removed {
        security_log::note(tx, context.origin, SecurityEventKind::TakeBackRemove, &item.to_string());
    }
    for item in &restored {
        security_log::note(tx, context.origin, SecurityEventKind::TakeBackRestore, &item.to_string());
    }
    // The teams say of each key in the log that it has ended.
    removed.extend(api_keys.iter().map(|name| TakenItem::named(TakenKind::ApiKey, name)));
    let taken = TakenBack { email: account.email.clone(), removed, restored };
    tell(tx, context, by, &taken);
    if account.deactivated.is_some() {
        // Whoever changed the email has got the link back; now its owner has it too.
        deactivation::mail_link(tx, &account, context.origin);
    }
    account::save(tx, account);
    Ok(taken)
}

fn tell(tx: &mut Transaction<'_>, context: &Context<'_>, by: By, taken: &TakenBack) {
    let notice = Notice::TakenBack {
        is_reset: matches!(by, By::Reset(_)),
        at: tx.now(),
        origin: context.origin.clone(),
        taken: taken.clone(),
    };
    crate::mail::send(tx, &taken.email, &context.origin.site, Kind::Security(notice));
}

/// Voids links of mailboxes that the account no longer has. A former one that can undo a change keeps its own: whoever
/// changed the email may be the one who holds this link.
fn void_links(tx: &mut Transaction<'_>, account: &AccountRecord) {
    let formers: Vec<String> =
        tx.scan(&key::former_emails()).into_iter().map(|(_, former)| lower(&former.email)).collect();
    for (link, record) in tx.scan(&key::take_back_links()) {
        let email = lower(&record.email);
        if (email == account.email_key() || !formers.contains(&email))
            && let Ok(link) = link.parse()
        {
            tx.delete(&key::take_back_link(link));
        }
    }
    take_back::forget(tx);
}

/// Takes away the factors that came since a time, and brings back those that had stood then. Where that would leave an
/// account that has a factor with none, one that was removed a little earlier comes back too.
fn take_factors(
    tx: &mut Transaction<'_>,
    account: &mut AccountRecord,
    since: Timestamp,
) -> (Vec<TakenItem>, Vec<TakenItem>) {
    let had = account.has_second_factor();
    let (mut removed, mut restored) = (vec![], vec![]);
    for name in passkeys::rules::take_since(tx, account, since) {
        removed.push(TakenItem::named(TakenKind::Passkey, name));
    }
    if account.totp.is_none_or(|on| on >= since) {
        let was_on = account.totp.is_some();
        totp::rules::erase(tx, account);
        removed.extend(was_on.then(|| TakenItem::of(TakenKind::AuthenticatorApp)));
    }
    if recovery_code::take_since(tx, since) {
        removed.push(TakenItem::of(TakenKind::RecoveryCodes));
    }
    let formers = former_factor::take(tx, since, since);
    restore(tx, account, formers, &mut restored);
    if had && !account.has_second_factor() {
        let formers = former_factor::take(tx, since, Timestamp::default());
        restore(tx, account, formers, &mut restored);
    }
    if !account.has_second_factor() {
        second_factor::rules::void(tx);
        restored.clear();
    }
    (removed, restored)
}

/// Brings factors back, where there is none of the kind that an account has one of. The last of several is what stood.
fn restore(tx: &mut Transaction<'_>, account: &mut AccountRecord, formers: Vec<Former>, restored: &mut Vec<TakenItem>) {
    for former in formers.into_iter().rev() {
        restored.extend(match former {
            Former::Passkey(record) => {
                let item = TakenItem::named(TakenKind::Passkey, record.name.clone());
                passkeys::rules::restore(tx, account, record).then_some(item)
            }
            Former::Totp(record) => {
                totp::rules::restore(tx, account, &record).then(|| TakenItem::of(TakenKind::AuthenticatorApp))
            }
            Former::Codes(record) => {
                recovery_code::restore(tx, &record).then(|| TakenItem::of(TakenKind::RecoveryCodes))
            }
        });
    }
}
