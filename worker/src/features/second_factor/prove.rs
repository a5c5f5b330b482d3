//! Proving who one is by one of the second factors, with a limit of attempts.

use crate::{
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        limits::budget::FACTORS,
        passkeys::{passkey, passkey_proof},
        second_factor::{self, FAILURES_MAX, Proof, WINDOW, Wrong, recovery_code},
        security_log, totp,
    },
    mail::FactorNews,
    object::context::Context,
    store::{Transaction, key},
};
use guildhall_shared::{second_factor::Method, security_log::SecurityEventKind};

/// What may answer a challenge, the handiest first.
pub fn methods(tx: &Transaction<'_>, account: &AccountRecord) -> Vec<Method> {
    if !account.has_second_factor() {
        return vec![];
    }
    let all = [
        (Method::Passkey, !passkey::usable(tx).is_empty()),
        (Method::Totp, account.totp.is_some()),
        (Method::Recovery, recovery_code::left(tx) > 0),
    ];
    all.into_iter().filter(|(_, has)| *has).map(|(method, _)| method).collect()
}

/// The one check of a second factor. A failure counts and stands even though the call is refused, in
/// the words of `refuse`; the tenth has all factors wait. A success forgets the failures.
pub fn prove(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    proof: &Proof,
    refuse: fn(Method, &'static str) -> Rejection,
) -> Result<Method, Rejection> {
    may_try(tx)?;
    let method = proof.method();
    let has = match method {
        Method::Totp => account.totp.is_some(),
        Method::Recovery => recovery_code::left(tx) > 0,
        // One that there may be a copy of is told so.
        Method::Passkey => account.passkeys > 0,
    };
    if !has {
        // Where nothing is, nothing can be guessed.
        return Err(refuse(method, missing(method)));
    }
    let judged = match proof {
        Proof::Totp(code) => totp::spend(tx, context, account, code),
        Proof::Recovery(code) => recovery_code::spend(tx, context, account, code),
        Proof::Passkey(assertion) => passkey_proof::accept(tx, context, account, assertion),
    };
    match judged {
        Ok(()) => {
            second_factor::forget_failures(tx);
            Ok(method)
        }
        Err(Wrong::Said(sentence)) => {
            fail(tx, context, account, method);
            Err(refuse(method, sentence))
        }
        Err(Wrong::Told(sentence)) => Err(refuse(method, sentence)),
        Err(Wrong::InternalError(rejection)) => Err(rejection),
    }
}

const fn missing(method: Method) -> &'static str {
    match method {
        Method::Totp => "Your account has no authenticator app. Use another way.",
        Method::Recovery => "Your account has no recovery code left. Use another way.",
        Method::Passkey => "Your account has no passkey. Use another way.",
    }
}

/// 429 while factors wait.
fn may_try(tx: &Transaction<'_>) -> Result<(), Rejection> {
    let failures = tx.get(&key::factor()).unwrap_or_default().times;
    let waits = failures.last().map_or(0, |last| WINDOW - tx.now().since(*last));
    if failures.len() >= FAILURES_MAX && waits > 0 {
        return Err(FACTORS.used_up(waits));
    }
    Ok(())
}

fn fail(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord, method: Method) {
    let now = tx.now();
    let mut failures = tx.get(&key::factor()).unwrap_or_default();
    failures.times.retain(|at| now.since(*at) < WINDOW);
    failures.times.push(now);
    tx.put(&key::factor(), &failures);
    security_log::note(tx, context.origin, SecurityEventKind::FactorFail, method.noun());
    if failures.times.len() >= FAILURES_MAX {
        security_log::note(tx, context.origin, SecurityEventKind::FactorPause, "");
        second_factor::tell(tx, context, account, FactorNews::Paused { until: now.plus(WINDOW) });
    }
    tx.keep_on_rejection();
}
