//! The second factor of an account: what it has, the one check that every caller uses, and the one
//! counter of failures that all factors share.

use super::{
    Context,
    account::{self, AccountRecord},
    budget::FACTORS,
    challenge, passkey, passkey_proof, recovery_code, security_log, session, take_back, totp,
};
use crate::{
    auth::webauthn::Assertion,
    error::Refusal,
    mail::{FactorNews, Kind, Notice},
    object::{self, Command, Handler, Rule, rule},
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId, Issue,
    auth::field,
    second_factor::{Method, SecondFactor, recovery_code, totp_code},
    security_log::Happened,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Get>()];

/// Failures within a window, of all factors together, that have all of them wait as long.
pub const FAILURES_MAX: usize = FACTORS.most;
pub const WINDOW: i64 = FACTORS.window;

/// What somebody proves with, its form already checked. Debug would print codes; this one does not.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proof {
    Totp(String),
    Recovery(String),
    Passkey(Box<Assertion>),
}

impl core::fmt::Debug for Proof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.method().noun())
    }
}

impl Proof {
    /// Out of what was typed.
    pub fn typed(method: Method, code: Option<&str>) -> Result<Self, Issue> {
        let code = code.unwrap_or_default();
        match method {
            Method::Totp => field("code", totp_code(code)).map(Self::Totp),
            Method::Recovery => field("code", recovery_code(code)).map(Self::Recovery),
            Method::Passkey => Err(Issue::new("method: A passkey has no code. Send what the browser says of it.")),
        }
    }

    /// A code of either kind, known by its form.
    pub fn either(code: &str) -> Result<Self, Issue> {
        recovery_code(code).map(Self::Recovery).or_else(|_| Self::typed(Method::Totp, Some(code)))
    }

    pub fn method(&self) -> Method {
        match self {
            Self::Totp(_) => Method::Totp,
            Self::Recovery(_) => Method::Recovery,
            Self::Passkey(_) => Method::Passkey,
        }
    }
}

/// What may answer a challenge, the handiest first.
pub fn methods(draft: &Draft<'_>, account: &AccountRecord) -> Vec<Method> {
    if !account.has_second_factor() {
        return vec![];
    }
    let all = [
        (Method::Passkey, !passkey::usable(draft).is_empty()),
        (Method::Totp, account.totp.is_some()),
        (Method::Recovery, recovery_code::left(draft) > 0),
    ];
    all.into_iter().filter(|(_, has)| *has).map(|(method, _)| method).collect()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Get;

impl Command for Get {
    type On = object::Account;
    type Reply = SecondFactor;
    const NAME: &'static str = "secondFactor.get";
}

impl Rule for Get {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<SecondFactor, Refusal> {
        session::check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Refusal::nobody)?;
        Ok(SecondFactor {
            is_totp_enabled: account.totp.is_some(),
            dt_totp_enabled: account.totp,
            recovery_codes_left: recovery_code::left(draft),
            dt_recovery_codes_made: draft.get(&key::recovery()).map(|recovery| recovery.made),
            methods: methods(draft, &account),
        })
    }
}

/// Why a proof does not hold.
pub enum Wrong {
    /// For people.
    Said(&'static str),
    /// For people, about a proof that nobody can have guessed: it is no failure.
    Told(&'static str),
    /// The check could not be made, so it is no failure of anybody's.
    Broken(Refusal),
}

/// The one check of a second factor. A failure counts and stands even though the call is refused, in
/// the words of `refuse`; the tenth has all factors wait. A success forgets the failures.
pub fn prove(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    proof: &Proof,
    refuse: fn(Method, &'static str) -> Refusal,
) -> Result<Method, Refusal> {
    may_try(draft)?;
    let method = proof.method();
    let has = match method {
        Method::Totp => account.totp.is_some(),
        Method::Recovery => recovery_code::left(draft) > 0,
        // One that there may be a copy of is told so.
        Method::Passkey => account.passkeys > 0,
    };
    if !has {
        // Where nothing is, nothing can be guessed.
        return Err(refuse(method, missing(method)));
    }
    let judged = match proof {
        Proof::Totp(code) => totp::spend(draft, context, account, code),
        Proof::Recovery(code) => recovery_code::spend(draft, context, account, code),
        Proof::Passkey(assertion) => passkey_proof::accept(draft, context, account, assertion),
    };
    match judged {
        Ok(()) => {
            forget_failures(draft);
            Ok(method)
        }
        Err(Wrong::Said(sentence)) => {
            fail(draft, context, account, method);
            Err(refuse(method, sentence))
        }
        Err(Wrong::Told(sentence)) => Err(refuse(method, sentence)),
        Err(Wrong::Broken(refusal)) => Err(refusal),
    }
}

const fn missing(method: Method) -> &'static str {
    match method {
        Method::Totp => "Your account has no authenticator app. Use another way.",
        Method::Recovery => "Your account has no recovery code left. Use another way.",
        Method::Passkey => "Your account has no passkey. Use another way.",
    }
}

/// The sentence tied to its field, for forms of somebody who is signed in.
pub fn as_field(method: Method, sentence: &'static str) -> Refusal {
    let field = match method {
        Method::Totp | Method::Recovery => "code",
        Method::Passkey => "credential",
    };
    Issue::new(format!("{field}: {sentence}")).into()
}

/// The sentence for somebody who is not.
pub fn as_stranger(_: Method, sentence: &'static str) -> Refusal {
    Refusal::unauthorized(sentence)
}

/// 429 while factors wait.
fn may_try(draft: &Draft<'_>) -> Result<(), Refusal> {
    let failures = draft.get(&key::factor()).unwrap_or_default().times;
    let waits = failures.last().map_or(0, |last| WINDOW - draft.now().since(*last));
    if failures.len() >= FAILURES_MAX && waits > 0 {
        return Err(FACTORS.used_up(waits));
    }
    Ok(())
}

fn fail(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord, method: Method) {
    let now = draft.now();
    let mut failures = draft.get(&key::factor()).unwrap_or_default();
    failures.times.retain(|at| now.since(*at) < WINDOW);
    failures.times.push(now);
    draft.put(&key::factor(), &failures);
    security_log::note(draft, context.origin, Happened::FactorFail, method.noun());
    if failures.times.len() >= FAILURES_MAX {
        security_log::note(draft, context.origin, Happened::FactorPause, "");
        tell(draft, context, account, FactorNews::Paused { until: now.plus(WINDOW) });
    }
    draft.keep_on_refusal();
}

fn forget_failures(draft: &mut Draft<'_>) {
    draft.remove(&key::factor());
}

/// Mails the account, with a link to take it back where something was added.
pub fn tell(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord, news: FactorNews) {
    let undo = news.is_addition().then(|| take_back::offer(draft, context, account)).flatten();
    let kind = Kind::Security(Notice::Factor { news, at: draft.now(), origin: context.origin.clone(), undo });
    crate::mail::send(draft, &account.email, &context.origin.site, kind);
}

/// Writes an account whose factors have changed, and tells its teams. Recovery codes come with the
/// first factor and are the reply; with the last one they go, and so does what was begun with it.
pub fn save(draft: &mut Draft<'_>, context: &Context<'_>, account: AccountRecord) -> Vec<String> {
    let before = draft.get(&key::account(account.id));
    let (had, has) = (before.as_ref().is_some_and(AccountRecord::has_second_factor), account.has_second_factor());
    if !has {
        recovery_code::retire(draft, context);
        void(draft);
    }
    let codes = if has && !had { recovery_code::make(draft, context, account.id) } else { vec![] };
    account::save(draft, account);
    codes
}

/// Takes away what no account without a factor has.
pub fn void(draft: &mut Draft<'_>) {
    challenge::void_all(draft);
    forget_failures(draft);
    draft.remove(&key::recovery());
}
