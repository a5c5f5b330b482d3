//! The authenticator app of an account: setting up in two steps, codes that are good once, turning off.

use super::{
    Context,
    account::AccountRecord,
    former_factor::{self, Former},
    second_factor::{self, Proof, Wrong},
    security_log, session,
};
use crate::{
    auth::{
        cipher::{self, Wrapped},
        totp::{self, Match},
    },
    error::Refusal,
    mail::FactorNews,
    object::{self, Command, Handler, Rule, TimerHandler, TimerRule, rule, timer, timer_rule},
    store::{Draft, key, primary_only},
};
use data_encoding::BASE32_NOPAD;
use guildhall_shared::{
    AccountId, Code, Timestamp,
    second_factor::{Method, RecoveryCodes, TOTP_DIGITS},
    security_log::Happened,
    text::percent_encoded,
    timestamp::HOUR,
    totp::TotpSetup,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub const COMMANDS: &[Handler] = &[rule::<Begin>(), rule::<Confirm>(), rule::<End>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<EndSetup>()];

timer!(
    /// A seed that nobody has confirmed ends.
    EndSetup on object::Account as "totp"
);

/// How long a seed waits for its first code.
pub const SETUP: i64 = HOUR;
/// Who the code is for, as an app shows it.
const ISSUER: &str = "Guildhall";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpRecord {
    pub seed: Wrapped,
    pub made: Timestamp,
    /// When its first code came. Before that it is asked for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
    /// The last step whose code was used; none before it is good any more.
    pub step: i64,
}

primary_only!(TotpRecord);

const CLOCK: &str = "This code is wrong. Type the newest one, and see that the clock of your device is right.";

fn failed() -> Refusal {
    Refusal::new(Code::InternalServerError, "The authenticator app could not be checked. Try again in a minute.")
}

fn account(draft: &Draft<'_>, id: AccountId) -> Result<AccountRecord, Refusal> {
    draft.get(&key::account(id)).ok_or_else(Refusal::nobody)
}

/// Makes a seed. One that was made before and has not been confirmed is void.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin;

impl Command for Begin {
    type On = object::Account;
    type Reply = TotpSetup;
    const NAME: &'static str = "secondFactor.beginTotp";
}

impl Rule for Begin {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<TotpSetup, Refusal> {
        let mut account = account(draft, id)?;
        session::check_may_change(draft, context, &account)?;
        if account.totp.is_some() {
            return Err(Refusal::conflict("Your authenticator app is on. Turn it off first, then set up another one."));
        }
        let seed = Zeroizing::new(context.random::<{ totp::SEED }>());
        let wrapped = cipher::wrap_seed(context.installation, seed.as_ref(), id.as_str(), context.random());
        let now = draft.now();
        let record = TotpRecord { seed: wrapped.map_err(|_| failed())?, made: now, confirmed: None, step: 0 };
        draft.put(&key::totp(), &record);
        draft.set_timer(&EndSetup, now.plus(SETUP));
        let secret = BASE32_NOPAD.encode(seed.as_ref());
        let uri = format!(
            "otpauth://totp/{ISSUER}:{}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits={TOTP_DIGITS}&period={}",
            percent_encoded(&account.email),
            totp::PERIOD
        );
        if !account.totp_begun {
            account.totp_begun = true;
            draft.put(&key::account(id), &account);
        }
        Ok(TotpSetup { secret, uri })
    }
}

/// Turns the app on by its first code. Whoever types it has just seen the seed, so a wrong one is
/// no guess and counts nowhere.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirm {
    pub code: String,
}

impl Command for Confirm {
    type On = object::Account;
    type Reply = RecoveryCodes;
    const NAME: &'static str = "secondFactor.confirmTotp";
}

impl Rule for Confirm {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<RecoveryCodes, Refusal> {
        let Self { code } = self;
        let mut account = account(draft, id)?;
        let mut session = session::check_may_change(draft, context, &account)?;
        let Some(mut record) = draft.get(&key::totp()).filter(|record| record.confirmed.is_none()) else {
            return Err(Refusal::conflict(if account.totp.is_some() {
                "Your authenticator app is on already."
            } else {
                "Nothing is being set up, or it took over an hour. Begin again with a new key."
            }));
        };
        match judge(draft, context, id, &record, code)? {
            Match::Fresh(step) => record.step = step,
            Match::Used | Match::Wrong => return Err(second_factor::as_field(Method::Totp, CLOCK)),
        }
        let now = draft.now();
        record.confirmed = Some(now);
        draft.put(&key::totp(), &record);
        draft.stop_timer(&EndSetup);
        session.factor = Some(now);
        draft.put(&key::session(id, session.id), &session);
        account.totp = Some(now);
        account.totp_begun = false;
        security_log::note(draft, context.origin, Happened::TotpOn, "");
        second_factor::tell(draft, context, &account, FactorNews::TotpOn);
        Ok(RecoveryCodes { recovery_codes: second_factor::save(draft, context, account) })
    }
}

/// Turns the app off, by one of its codes or a recovery code: that is the second factor that a change asks for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub proof: Proof,
}

impl Command for End {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "secondFactor.endTotp";
}

impl Rule for End {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Refusal> {
        let Self { proof } = self;
        session::check_recent(draft, context)?;
        let mut account = account(draft, id)?;
        if account.totp.is_none() {
            return Err(Refusal::conflict("Your authenticator app is off already."));
        }
        second_factor::prove(draft, context, &account, proof, second_factor::as_field)?;
        if let Some(record) = draft.get(&key::totp()) {
            former_factor::keep(draft, context, Former::Totp(record));
        }
        erase(draft, &mut account);
        security_log::note(draft, context.origin, Happened::TotpOff, "");
        second_factor::tell(draft, context, &account, FactorNews::TotpOff);
        second_factor::save(draft, context, account);
        Ok(())
    }
}

/// Uses a code up.
pub fn spend(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord, code: &str) -> Result<(), Wrong> {
    let mut record = draft.get(&key::totp()).ok_or(Wrong::Said(CLOCK))?;
    match judge(draft, context, account.id, &record, code).map_err(Wrong::Broken)? {
        Match::Fresh(step) => {
            record.step = step;
            renew(context, account.id, &mut record).map_err(Wrong::Broken)?;
            draft.put(&key::totp(), &record);
            Ok(())
        }
        Match::Used => Err(Wrong::Said("This code was used already. Wait for the next one, at most 30 seconds.")),
        Match::Wrong => Err(Wrong::Said(CLOCK)),
    }
}

/// Wraps the seed anew where another key is in front by now.
fn renew(context: &Context<'_>, id: AccountId, record: &mut TotpRecord) -> Result<(), Refusal> {
    if record.seed.key != context.installation.current() {
        let seed = cipher::unwrap_seed(context.installation, &record.seed, id.as_str()).map_err(|_| failed())?;
        let wrapped = cipher::wrap_seed(context.installation, &seed, id.as_str(), context.random());
        record.seed = wrapped.map_err(|_| failed())?;
    }
    Ok(())
}

/// Does so with every seed that the account has, former ones too. Gives the keys that wrap them; what does not open is
/// still held by its key.
pub fn renew_all(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Vec<String> {
    let mut held = vec![];
    if let Some(mut record) = draft.get(&key::totp()) {
        let before = record.seed.key.clone();
        if renew(context, id, &mut record).is_ok() && record.seed.key != before {
            draft.put(&key::totp(), &record);
        }
        held.push(record.seed.key);
    }
    for (place, mut former) in draft.scan(&key::former_factors()) {
        let Former::Totp(record) = &mut former.factor else { continue };
        let before = record.seed.key.clone();
        let is_renewed = renew(context, id, record).is_ok() && record.seed.key != before;
        held.push(record.seed.key.clone());
        if is_renewed && let Ok(place) = place.parse() {
            draft.put(&key::former_factor(place), &former);
        }
    }
    held
}

fn judge(
    draft: &Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    record: &TotpRecord,
    code: &str,
) -> Result<Match, Refusal> {
    let seed = cipher::unwrap_seed(context.installation, &record.seed, id.as_str()).map_err(|_| failed())?;
    Ok(totp::check(&seed, code, draft.now(), record.step))
}

/// Takes the app away, on or begun.
pub fn erase(draft: &mut Draft<'_>, account: &mut AccountRecord) {
    draft.remove(&key::totp());
    draft.stop_timer(&EndSetup);
    account.totp = None;
    account.totp_begun = false;
}

/// Brings one back that was turned off, unless there is another.
pub fn restore(draft: &mut Draft<'_>, account: &mut AccountRecord, record: &TotpRecord) -> bool {
    if account.totp.is_some() || record.confirmed.is_none() {
        return false;
    }
    draft.put(&key::totp(), record);
    account.totp = record.confirmed;
    true
}

/// A seed whose first code never came goes.
impl TimerRule for EndSetup {
    fn fire(&self, draft: &mut Draft<'_>, _context: &Context<'_>, id: AccountId) {
        draft.stop_timer(&EndSetup);
        if let Some(mut account) = draft.get(&key::account(id)).filter(|account| account.totp_begun) {
            erase(draft, &mut account);
            draft.put(&key::account(id), &account);
        }
    }
}
