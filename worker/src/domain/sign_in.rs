//! Signing in with a password, and the one way in which every sign-in ends.

use super::{
    Context,
    account::{self, AccountRecord},
    challenge, device,
    email::{ATTEMPTS_MAX, ATTEMPTS_WINDOW},
    password::renew,
    security_log,
    session::{Browser, SignedIn, end, open},
};
use crate::{
    auth::{password, secret},
    error::Refusal,
    mail::{Kind, Notice},
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId, Code,
    second_factor::{Challenge, Method},
    security_log::Happened,
    timestamp::DAY,
};
use serde::{Deserialize, Serialize};

/// When what an unknown email left behind is forgotten.
pub const DUE_STAND_IN: &str = "stand-in";

/// A sign-in as the edge knows it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    pub password: String,
    /// The email that was typed. A former one of the account is none of its own.
    pub email_hash: String,
    /// How many attempts count.
    pub count: usize,
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
}

/// The same answer whether the account exists, the password is wrong or the account is locked, and
/// the same work too: an email that nobody has writes as much, and forgets it after a day.
pub fn sign_in(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    attempt: &SignIn,
) -> Result<Outcome, Refusal> {
    let account = draft.get(&key::account(id));
    let account = account.filter(|account| account::email_hash(context, account) == attempt.email_hash);
    let hash = draft.get(&key::password()).map(|record| record.hash);
    let right = password::verify(&attempt.password, hash.as_deref());
    let known = device::known(draft, id, &attempt.browser.devices);
    match account {
        Some(account) if right && (!attempt.locked || known.is_some()) => {
            renew(draft, context, &attempt.password);
            Ok(if account.has_second_factor() {
                Outcome::Challenge(challenge::open(draft, context, &account))
            } else {
                Outcome::SignedIn(Box::new(finish(draft, context, &account, &attempt.browser, None)?))
            })
        }
        account => {
            security_log::note(draft, context.origin, Happened::SignInFail, "");
            match account.filter(|_| attempt.count >= ATTEMPTS_MAX) {
                Some(account) => {
                    security_log::note(draft, context.origin, Happened::SignInPause, "");
                    let until = draft.now().plus(ATTEMPTS_WINDOW);
                    let address = context.origin.address.clone();
                    draft.mail(&account.email, &context.origin.site, Kind::SignInPaused { until, address });
                }
                None if hash.is_none() => draft.due(DUE_STAND_IN, draft.now().plus(DAY)),
                None => {}
            }
            draft.keep_on_refusal();
            Err(Refusal::new(
                Code::Unauthorized,
                "Email or password is wrong. If the account is locked, its mail says the way out.",
            ))
        }
    }
}

/// Opens the session of somebody who has proved all that is asked of them, by this second factor if
/// there is one. A browser that is not known gets to be, and is mailed about.
pub fn finish(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    browser: &Browser,
    factor: Option<Method>,
) -> Result<SignedIn, Refusal> {
    let id = account.id;
    if let Some((old, digest)) = &browser.replaces
        && draft.get(&key::session(id, *old)).is_some_and(|old| secret::equal(&old.digest, digest))
    {
        end(draft, id, *old);
    }
    let mut signed_in = open(draft, context, account, factor.is_some())?;
    security_log::note(draft, context.origin, Happened::SignIn, factor.map_or("", Method::noun));
    if let Some(device) = device::known(draft, id, &browser.devices) {
        device::seen(draft, device);
    } else {
        signed_in.device = Some(device::meet(draft, context, id));
        let kind = Kind::Security(Notice::NewDevice { at: draft.now(), origin: context.origin.clone() });
        draft.mail(&account.email, &context.origin.site, kind);
    }
    Ok(signed_in)
}

/// Forgets what sign-ins with an email that nobody has left behind.
pub fn forget_stand_in(draft: &mut Draft<'_>, id: AccountId) {
    draft.not_due(DUE_STAND_IN);
    if draft.get(&key::account(id)).is_none() {
        security_log::erase(draft);
    }
}
