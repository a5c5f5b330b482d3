//! Signing in with a password, and the one way in which every sign-in ends.

pub mod attempt_rules;
pub mod challenge;
pub mod device;
pub mod email_attempt;
pub mod feature;
pub mod http;
pub mod record;
pub mod saga;

use crate::{
    credentials::{password, secret},
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        limits::budget::{self, Budget, PASSWORDS, PROOFS},
        passwords::password::renew,
        second_factor::Proof,
        security_log,
        sessions::{
            session::{Browser, Rotated, SignedIn, end},
            session_life::open,
        },
    },
    mail::{Kind, Notice, Paused},
    object::{self, Command, TimerHandler, TimerRule, context::Context, left::Left, timer, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Code, Issue, SessionId,
    second_factor::{Challenge, Method},
    security_log::SecurityEventKind,
    timestamp::DAY,
};
use serde::{Deserialize, Serialize};

pub const TIMERS: &[TimerHandler] = &[timer_rule::<ForgetStandIn>()];

timer!(
    /// What an account that does not exist has counted is over.
    ForgetStandIn on object::Account as "stand-in"
);

/// Mails a day about strangers' wrong passwords; the log has a line each time.
const PAUSE_MAILS: Budget =
    Budget { name: "pause-mail", most: 3, window: DAY, whose: "account", operations: &[], sentence: "{}" };

/// A sign-in as the edge knows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    pub password: String,
    /// The email that was typed. A former one of the account is none of its own.
    pub email_hash: String,
    /// What the email has left; `None` where a browser that is known counts for itself.
    pub left: Option<Left>,
    /// Whether only a browser that is known may.
    pub locked: bool,
    pub browser: Browser,
}

/// What a right password leads to.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    SignedIn(Box<SignedIn>),
    /// A second factor is on, and asked for.
    Challenge(Challenge),
    /// The browser is not known after all: nothing was looked at, and the email is to count the attempt.
    Stranger,
}

/// The same answer whether the account exists, the password is wrong or the account is locked, and
/// the same work too: an email that nobody has writes as much, and forgets it after a day.
///
/// A browser that is known counts for itself, so that strangers' guesses do not keep its owner out. One that only shows a
/// cookie of old is a stranger: nothing is looked at until the email's object has counted it.
pub fn sign_in(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    attempt: &SignIn,
) -> Result<Outcome, Rejection> {
    let known = device::known(tx, id, &attempt.browser.devices);
    let (left, by) = match (&attempt.left, known) {
        (Some(left), _) => (left.clone(), None),
        (None, Some(device)) => (device::attempt(tx, device)?, Some(device)),
        (None, None) => return Ok(Outcome::Stranger),
    };
    let account = tx.get(&key::account(id));
    let account = account.filter(|account| account::email_hash(context, account) == attempt.email_hash);
    let hash = tx.get(&key::password()).map(|record| record.hash);
    let right = password::verify(&attempt.password, hash.as_deref());
    match account {
        Some(account) if right && (!attempt.locked || known.is_some()) => {
            renew(tx, context, &attempt.password);
            if let Some(device) = by {
                device::clear(tx, device);
            }
            Ok(if account.has_second_factor() {
                Outcome::Challenge(challenge::open(tx, context, &account))
            } else {
                Outcome::SignedIn(Box::new(finish(tx, context, &account, &attempt.browser, None)?))
            })
        }
        account => {
            security_log::note(tx, context.origin, SecurityEventKind::SignInFail, "");
            match account.filter(|_| left.left == 0) {
                Some(account) => {
                    let place = if by.is_some() { Paused::Browser } else { Paused::Anywhere };
                    pause(tx, context, &account, place);
                }
                None if hash.is_none() => tx.set_timer(&ForgetStandIn, tx.now().plus(DAY)),
                None => {}
            }
            tx.keep_on_rejection();
            let rejection = Rejection::new(
                Code::Unauthorized,
                "Wrong email or password. If your account is locked, we've emailed you how to unlock it.",
            );
            Err(if by.is_some() { rejection.limited(left) } else { rejection })
        }
    }
}

/// Looks at the password of a signed-in person. Their session counts for itself, before the password is looked at.
pub fn prove(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    (id, session): (AccountId, SessionId),
    plain: &str,
) -> Result<(), Rejection> {
    let left = PROOFS.spend(tx, &key::session_wrong(session))?;
    let hash = tx.get(&key::password()).map(|record| record.hash);
    if password::verify(plain, hash.as_deref()) {
        tx.notes.left(left);
        return Ok(());
    }
    security_log::note(tx, context.origin, SecurityEventKind::SignInFail, "");
    if left.left == 0
        && let Some(account) = tx.get(&key::account(id))
    {
        pause(tx, context, &account, Paused::Session);
    }
    tx.keep_on_rejection();
    Err(Rejection::from(Issue::new("password: This is not your password.")).limited(left))
}

/// The tenth wrong password: the log says so, and the owner is mailed. Strangers can have it mailed a few times a day.
pub fn pause(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord, place: Paused) {
    security_log::note(tx, context.origin, SecurityEventKind::SignInPause, "");
    let is_mailed = match place {
        Paused::Anywhere => PAUSE_MAILS.spend(tx, &budget::place(&PAUSE_MAILS)).is_ok(),
        Paused::Browser | Paused::Session => true,
    };
    if is_mailed {
        let until = tx.now().plus(PASSWORDS.window);
        let address = context.origin.address.clone();
        crate::mail::send(tx, &account.email, &context.origin.site, Kind::SignInPaused { until, address, place });
    }
}

/// Opens the session of someone who has proved all that is asked of them, by this second factor if
/// there is one. A browser that is not known gets to be, and is mailed about.
pub fn finish(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    browser: &Browser,
    factor: Option<Method>,
) -> Result<SignedIn, Rejection> {
    let id = account.id;
    if let Some((old, digest)) = &browser.replaces
        && tx.get(&key::session(id, *old)).is_some_and(|old| secret::equal(&old.digest, digest))
    {
        end(tx, id, *old);
    }
    let mut signed_in = open(tx, context, account, factor.is_some())?;
    security_log::note(tx, context.origin, SecurityEventKind::SignIn, factor.map_or("", Method::noun));
    if let Some(device) = device::known(tx, id, &browser.devices) {
        device::seen(tx, device);
    } else {
        signed_in.device = Some(device::register(tx, context, id));
        let kind = Kind::Security(Notice::NewDevice { at: tx.now(), origin: context.origin.clone() });
        crate::mail::send(tx, &account.email, &context.origin.site, kind);
    }
    Ok(signed_in)
}

/// Forgets what sign-ins with an email that nobody has left behind.
impl TimerRule for ForgetStandIn {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, id: AccountId) {
        tx.stop_timer(&ForgetStandIn);
        if tx.get(&key::account(id)).is_none() {
            security_log::erase(tx);
        }
    }
}

/// How a signed-in person proves again who they are.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reauthentication {
    Password(String),
    Factor(Proof),
}

impl Command for SignIn {
    type On = object::Account;
    type Reply = Outcome;
    const NAME: &'static str = "session.signIn";
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Reauthenticate {
    pub by: Reauthentication,
}

impl Command for Reauthenticate {
    type On = object::Account;
    type Reply = Rotated;
    const NAME: &'static str = "session.reauthenticate";
}
