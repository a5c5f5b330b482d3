//! A sign-in between its password and its second factor. The holder of the challenge's id has shown
//! the password, and nothing else yet: no session, no cookie.

use crate::{
    credentials::{token::Link, webauthn::challenge::Purpose},
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        passkeys::passkey_proof,
        second_factor::{self, Proof, prove},
        security_log,
        sessions::session::{self, Browser, SignedIn},
        sign_in::{self, record::ChallengeRecord},
    },
    object::{self, Command, Handler, context::Context, saga},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId,
    id::LinkId,
    second_factor::{CHALLENGE_GONE, Challenge, Method},
    security_log::SecurityEventKind,
    timestamp::MINUTE,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

pub const COMMANDS: &[Handler] = &[saga::<Answer>()];

/// How long a sign-in waits for its second factor.
pub const LIFE: i64 = 10 * MINUTE;

/// Sign-ins of one account that wait at once; the oldest gives way.
const OPEN_MAX: usize = 5;

/// From the edge, for the holder of the challenge.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub link: LinkId,
    pub proof: Proof,
    pub browser: session::Browser,
}

impl Command for Answer {
    type On = object::Account;
    type Reply = SignedIn;
    const NAME: &'static str = "secondFactor.answer";
}

pub fn gone() -> Rejection {
    Rejection::unauthorized(CHALLENGE_GONE)
}

/// Begins to wait for the second factor.
pub fn open(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord) -> Challenge {
    let now = tx.now();
    let mut standing = tx.scan(&key::challenges());
    standing.sort_by_key(|(_, record)| Reverse(record.expires));
    for (at, (old, record)) in standing.iter().enumerate() {
        if (record.expires <= now || at + 1 >= OPEN_MAX)
            && let Ok(old) = old.parse()
        {
            tx.delete(&key::challenge(old));
        }
    }
    let link: LinkId = context.id();
    let expires = now.plus(LIFE);
    let email_hash = account::email_hash(context, account);
    tx.put(&key::challenge(link), &ChallengeRecord { email_hash, expires });
    security_log::note(tx, context.origin, SecurityEventKind::SignInChallenge, "");
    let methods = prove::methods(tx, account);
    let by_passkey = methods.contains(&Method::Passkey);
    Challenge {
        challenge_id: Link::Challenge { account: account.id, link }.token(context.installation),
        methods,
        passkey: by_passkey.then(|| passkey_proof::ask(tx, context, account.id, (Purpose::Factor, LIFE))),
        dt_expires: expires,
    }
}

/// Ends the waiting with a session, or leaves it for another try.
pub fn answer(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    (link, proof): (LinkId, &Proof),
    browser: &Browser,
) -> Result<SignedIn, Rejection> {
    context.only_system()?;
    let standing = tx.get(&key::challenge(link)).filter(|standing| standing.expires > tx.now());
    let (Some(account), Some(standing)) = (tx.get(&key::account(id)), standing) else { return Err(gone()) };
    if account::email_hash(context, &account) != standing.email_hash {
        return Err(gone());
    }
    let method = prove::prove(tx, context, &account, proof, second_factor::as_stranger)?;
    tx.delete(&key::challenge(link));
    sign_in::finish(tx, context, &account, browser, Some(method))
}

/// Whoever waits signs in again.
pub fn void_all(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::challenges());
}
