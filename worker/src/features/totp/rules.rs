//! The rules of an authenticator app: setting up, confirming, ending.

use crate::{
    credentials::{
        cipher,
        totp::{self, Match},
    },
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        second_factor::{self, former_factor, prove, record::Former},
        security_log,
        sessions::session,
        totp::{Begin, CLOCK, Confirm, End, EndSetup, ISSUER, account, failed, judge, record::TotpRecord, renew},
    },
    mail::FactorNews,
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, timer_rule},
    store::{Transaction, key},
};
use data_encoding::BASE32_NOPAD;
use guildhall_shared::{
    AccountId,
    second_factor::{Method, RecoveryCodes, TOTP_DIGITS},
    security_log::SecurityEventKind,
    text::percent_encoded,
    timestamp::HOUR,
    totp::TotpSetup,
};
use zeroize::Zeroizing;

pub const COMMANDS: &[Handler] = &[rule::<Begin>(), rule::<Confirm>(), rule::<End>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<EndSetup>()];

/// How long a seed waits for its first code.
pub const SETUP: i64 = HOUR;

impl Rule for Begin {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<TotpSetup, Rejection> {
        let mut account = account(tx, id)?;
        session::check_may_change(tx, context, &account)?;
        if account.totp.is_some() {
            return Err(Rejection::conflict(
                "Your authenticator app is on. Turn it off first, then set up another one.",
            ));
        }
        let seed = Zeroizing::new(context.random::<{ totp::SEED }>());
        let wrapped = cipher::wrap_seed(context.installation, seed.as_ref(), id.as_str(), context.random());
        let now = tx.now();
        let record = TotpRecord { seed: wrapped.map_err(|_| failed())?, made: now, confirmed: None, step: 0 };
        tx.put(&key::totp(), &record);
        tx.set_timer(&EndSetup, now.plus(SETUP));
        let secret = BASE32_NOPAD.encode(seed.as_ref());
        let uri = format!(
            "otpauth://totp/{ISSUER}:{}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits={TOTP_DIGITS}&period={}",
            percent_encoded(&account.email),
            totp::PERIOD
        );
        if !account.totp_begun {
            account.totp_begun = true;
            tx.put(&key::account(id), &account);
        }
        Ok(TotpSetup { secret, uri })
    }
}

impl Rule for Confirm {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<RecoveryCodes, Rejection> {
        let Self { code } = self;
        let mut account = account(tx, id)?;
        let mut session = session::check_may_change(tx, context, &account)?;
        let Some(mut record) = tx.get(&key::totp()).filter(|record| record.confirmed.is_none()) else {
            return Err(Rejection::conflict(if account.totp.is_some() {
                "Your authenticator app is on already."
            } else {
                "Nothing is being set up, or it took over an hour. Begin again with a new key."
            }));
        };
        match judge(tx, context, id, &record, code)? {
            Match::Fresh(step) => record.step = step,
            Match::Used | Match::Wrong => return Err(second_factor::as_field(Method::Totp, CLOCK)),
        }
        let now = tx.now();
        record.confirmed = Some(now);
        tx.put(&key::totp(), &record);
        tx.stop_timer(&EndSetup);
        session.factor = Some(now);
        tx.put(&key::session(id, session.id), &session);
        account.totp = Some(now);
        account.totp_begun = false;
        security_log::note(tx, context.origin, SecurityEventKind::TotpOn, "");
        second_factor::tell(tx, context, &account, FactorNews::TotpOn);
        Ok(RecoveryCodes { recovery_codes: second_factor::rules::save(tx, context, account) })
    }
}

impl Rule for End {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { proof } = self;
        session::check_recent(tx, context)?;
        let mut account = account(tx, id)?;
        if account.totp.is_none() {
            return Err(Rejection::conflict("Your authenticator app is off already."));
        }
        prove::prove(tx, context, &account, proof, second_factor::as_field)?;
        if let Some(record) = tx.get(&key::totp()) {
            former_factor::keep(tx, context, Former::Totp(record));
        }
        erase(tx, &mut account);
        security_log::note(tx, context.origin, SecurityEventKind::TotpOff, "");
        second_factor::tell(tx, context, &account, FactorNews::TotpOff);
        second_factor::rules::save(tx, context, account);
        Ok(())
    }
}

/// Does so with every seed that the account has, former ones too. Gives the keys that wrap them; what does not open is
/// still held by its key.
pub fn renew_all(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Vec<String> {
    let mut held = vec![];
    if let Some(mut record) = tx.get(&key::totp()) {
        let before = record.seed.key.clone();
        if renew(context, id, &mut record).is_ok() && record.seed.key != before {
            tx.put(&key::totp(), &record);
        }
        held.push(record.seed.key);
    }
    for (place, mut former) in tx.scan(&key::former_factors()) {
        let Former::Totp(record) = &mut former.factor else { continue };
        let before = record.seed.key.clone();
        let is_renewed = renew(context, id, record).is_ok() && record.seed.key != before;
        held.push(record.seed.key.clone());
        if is_renewed && let Ok(place) = place.parse() {
            tx.put(&key::former_factor(place), &former);
        }
    }
    held
}

/// Takes the app away, on or begun.
pub fn erase(tx: &mut Transaction<'_>, account: &mut AccountRecord) {
    tx.remove(&key::totp());
    tx.stop_timer(&EndSetup);
    account.totp = None;
    account.totp_begun = false;
}

/// Brings one back that was turned off, unless there is another.
pub fn restore(tx: &mut Transaction<'_>, account: &mut AccountRecord, record: &TotpRecord) -> bool {
    if account.totp.is_some() || record.confirmed.is_none() {
        return false;
    }
    tx.put(&key::totp(), record);
    account.totp = record.confirmed;
    true
}

/// A seed whose first code never came goes.
impl TimerRule for EndSetup {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, id: AccountId) {
        tx.stop_timer(&EndSetup);
        if let Some(mut account) = tx.get(&key::account(id)).filter(|account| account.totp_begun) {
            erase(tx, &mut account);
            tx.put(&key::account(id), &account);
        }
    }
}
