//! Proving who one is by a passkey: what the browser is asked, challenges that are good once, and
//! whether a passkey that signed may be believed. Verifies no signature itself: that takes the
//! platform, and the object has done it.

use crate::{
    credentials::webauthn::{
        Assertion, Owner,
        challenge::{Challenge, Purpose},
        cose::PublicKey,
        relying_party,
    },
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        passkeys::{
            passkey::{REQUIRED, standing, usable},
            record::{PasskeyRecord, SpentRecord},
        },
        second_factor::{self, Proof, Wrong, prove},
        security_log,
        sessions::session::{self, Browser, SignedIn},
        sign_in::finish,
    },
    mail::FactorNews,
    object::{self, Command, Handler, Rule, TimerHandler, TimerRule, context::Context, rule, saga, timer, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    passkey::{CredentialDescriptor, RequestOptions, TIMEOUT, UNKNOWN},
    security_log::SecurityEventKind,
    timestamp::MINUTE,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<BeginProof>(), saga::<SignIn>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<ForgetSpent>()];

timer!(
    /// The first challenge that was used up is over.
    ForgetSpent on object::Account as "spent-challenges"
);

/// How long a challenge is good.
pub const CHALLENGE: i64 = 5 * MINUTE;

/// How long one of the sign-in page is, where the browser offers passkeys while one types.
pub const CHALLENGE_SIGN_IN: i64 = 15 * MINUTE;

const UNSIGNED: &str = "This passkey did not answer what it was asked just now. Try again.";

const RETURNED: &str = "This passkey came back when your account was recovered. Sign in with your password and this \
    passkey once, and it signs you in alone again.";

const CHANGED: &str = "This passkey has changed since you added it: whether it can be synced between devices is not what it was. Use another way, then remove it and add it again.";

const COPIED: &str =
    "There may be a copy of this passkey, so it is no longer accepted. Use another way, then remove it.";

/// From the edge, for the holder of a passkey that names the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    pub assertion: Assertion,
    pub browser: Browser,
}

impl Command for SignIn {
    type On = object::Account;
    type Reply = SignedIn;
    const NAME: &'static str = "passkey.signIn";
}

/// One of an account, for a purpose and so many milliseconds. Nothing is stored: it comes back.
pub fn make_challenge(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    (purpose, life): (Purpose, i64),
) -> String {
    Challenge::new(purpose, Some(id), tx.now().plus(life), context.random()).text(context.installation)
}

/// What a browser is asked where the account is known.
pub fn ask(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    purpose_and_life: (Purpose, i64),
) -> RequestOptions {
    let challenge = make_challenge(tx, context, id, purpose_and_life);
    let allowed = usable(tx).into_iter().map(PasskeyRecord::descriptor).collect();
    request(&context.origin.site, challenge, allowed)
}

/// What a browser is asked for a signature.
pub fn request(site: &str, challenge: String, allow_credentials: Vec<CredentialDescriptor>) -> RequestOptions {
    RequestOptions {
        challenge,
        timeout: TIMEOUT,
        rp_id: relying_party(site).to_owned(),
        allow_credentials,
        user_verification: REQUIRED.to_owned(),
    }
}

/// What the browser is asked where one proves oneself again.
/// The same for whoever proves who they are in a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeginProof;

impl Command for BeginProof {
    type On = object::Account;
    type Reply = RequestOptions;
    const NAME: &'static str = "passkey.beginProof";
}

impl Rule for BeginProof {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<RequestOptions, Rejection> {
        session::check(tx, context)?;
        if usable(tx).is_empty() {
            return Err(Rejection::conflict("Your account has no passkey. Enter your password or a code."));
        }
        Ok(ask(tx, context, id, (Purpose::Prove, CHALLENGE)))
    }
}

/// Uses a challenge up, once.
pub fn spend(tx: &mut Transaction<'_>, challenge: &Challenge) -> bool {
    let now = tx.now();
    let place = key::spent(&challenge.nonce);
    if challenge.expires <= now || tx.get(&place).is_some() {
        return false;
    }
    let mut next = challenge.expires;
    for (nonce, record) in tx.scan(&key::spent_challenges()) {
        if record.expires <= now {
            tx.delete(&key::spent(&nonce));
        } else {
            next = next.min(record.expires);
        }
    }
    tx.put(&place, &SpentRecord { expires: challenge.expires });
    tx.set_timer(&ForgetSpent, next);
    true
}

/// Forgets challenges that have expired: their time alone refuses them.
impl TimerRule for ForgetSpent {
    fn fire(&self, tx: &mut Transaction<'_>, _context: &Context<'_>, _id: AccountId) {
        tx.stop_timer(&ForgetSpent);
        let now = tx.now();
        let mut next: Option<Timestamp> = None;
        for (nonce, record) in tx.scan(&key::spent_challenges()) {
            if record.expires <= now {
                tx.delete(&key::spent(&nonce));
            } else {
                next = Some(next.map_or(record.expires, |next| next.min(record.expires)));
            }
        }
        if let Some(next) = next {
            tx.set_timer(&ForgetSpent, next);
        }
    }
}

/// The key under which an assertion has to be signed.
pub fn key_of(tx: &Transaction<'_>, credential: &str) -> Option<PublicKey> {
    named(tx, credential).map(|record| record.key)
}

fn named(tx: &Transaction<'_>, credential: &str) -> Option<PasskeyRecord> {
    standing(tx).into_iter().find(|record| record.credential == credential)
}

/// Uses an assertion up, if it proves who someone is; what it says of its passkey is noted. The
/// record may have moved while the signature was verified, so the key is compared here.
pub fn accept(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    assertion: &Assertion,
) -> Result<(), Wrong> {
    let mut record = named(tx, &assertion.credential).ok_or(Wrong::Said(UNKNOWN))?;
    let challenge = &assertion.challenge;
    let is_own = match assertion.owner {
        Owner::Account(owner) => owner == account.id,
        // Only an account that was named is asked for its passkeys.
        Owner::Unsaid => challenge.account.is_some(),
        Owner::Foreign => false,
    };
    let is_asked = challenge.account.is_none_or(|asked| asked == account.id);
    let is_signed = assertion.verified.as_ref() == Some(&record.key);
    if !(is_own && is_asked && is_signed && spend(tx, challenge)) {
        return Err(Wrong::Said(UNSIGNED));
    }
    // Section 7.2: it never changes, while whether the passkey is backed up now may. The key has signed, so nobody guesses.
    if assertion.backup_eligible != record.backup_eligible {
        return Err(Wrong::Told(CHANGED));
    }
    let goes_on = (record.count, assertion.count) == (0, 0) || assertion.count > record.count;
    if record.suspect.is_none() && !goes_on {
        record.suspect = Some(tx.now());
        tx.put(&key::passkey(record.id), &record);
        security_log::note(tx, context.origin, SecurityEventKind::PasskeyCopy, &record.name);
        second_factor::tell(tx, context, account, FactorNews::PasskeyCopied { name: record.name });
        return Err(Wrong::Said(COPIED));
    }
    if record.suspect.is_some() {
        return Err(Wrong::Said(COPIED));
    }
    record.count = assertion.count;
    record.backed_up = assertion.backed_up;
    record.used = Some(tx.now());
    record.returned = false;
    tx.put(&key::passkey(record.id), &record);
    Ok(())
}

/// Signs in with a passkey alone: it is something that one has, and it knows who uses it. The answer
/// does not say whether there is such an account, and a passkey that the account does not have is
/// nobody's failure.
pub fn sign_in(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    assertion: &Assertion,
    browser: &Browser,
) -> Result<SignedIn, Rejection> {
    context.only_system()?;
    let account = tx.get(&key::account(id)).filter(|_| named(tx, &assertion.credential).is_some());
    let account = account.ok_or_else(unknown)?;
    let has_returned = named(tx, &assertion.credential).is_some_and(|record| record.returned);
    let proof = Proof::Passkey(Box::new(assertion.clone()));
    let method = prove::prove(tx, context, &account, &proof, second_factor::as_stranger)?;
    if has_returned {
        return Err(Rejection::unauthorized(RETURNED));
    }
    finish(tx, context, &account, browser, Some(method))
}

/// The answer to a passkey that is nobody's.
pub fn unknown() -> Rejection {
    Rejection::unauthorized(UNKNOWN)
}
