//! A sign-in between its password and its second factor. Whoever holds the challenge's id has shown
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
    store::{Draft, key},
};
use guildhall_shared::{
    AccountId,
    id::LinkId,
    second_factor::{CHALLENGE_GONE, Challenge, Method},
    security_log::Happened,
    timestamp::MINUTE,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

pub const COMMANDS: &[Handler] = &[saga::<Answer>()];

/// How long a sign-in waits for its second factor.
pub const LIFE: i64 = 10 * MINUTE;

/// Sign-ins of one account that wait at once; the oldest gives way.
const OPEN_MAX: usize = 5;

/// From the edge, for whoever holds the challenge.
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
pub fn open(draft: &mut Draft<'_>, context: &Context<'_>, account: &AccountRecord) -> Challenge {
    let now = draft.now();
    let mut standing = draft.scan(&key::challenges());
    standing.sort_by_key(|(_, record)| Reverse(record.expires));
    for (at, (old, record)) in standing.iter().enumerate() {
        if (record.expires <= now || at + 1 >= OPEN_MAX)
            && let Ok(old) = old.parse()
        {
            draft.delete(&key::challenge(old));
        }
    }
    let link: LinkId = context.id();
    let expires = now.plus(LIFE);
    let email_hash = account::email_hash(context, account);
    draft.put(&key::challenge(link), &ChallengeRecord { email_hash, expires });
    security_log::note(draft, context.origin, Happened::SignInChallenge, "");
    let methods = prove::methods(draft, account);
    let by_passkey = methods.contains(&Method::Passkey);
    Challenge {
        challenge_id: Link::Challenge { account: account.id, link }.token(context.installation),
        methods,
        passkey: by_passkey.then(|| passkey_proof::ask(draft, context, account.id, (Purpose::Factor, LIFE))),
        dt_expires: expires,
    }
}

/// Ends the waiting with a session, or leaves it for another try.
pub fn answer(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    (link, proof): (LinkId, &Proof),
    browser: &Browser,
) -> Result<SignedIn, Rejection> {
    context.only_system()?;
    let standing = draft.get(&key::challenge(link)).filter(|standing| standing.expires > draft.now());
    let (Some(account), Some(standing)) = (draft.get(&key::account(id)), standing) else { return Err(gone()) };
    if account::email_hash(context, &account) != standing.email_hash {
        return Err(gone());
    }
    let method = prove::prove(draft, context, &account, proof, second_factor::as_stranger)?;
    draft.delete(&key::challenge(link));
    sign_in::finish(draft, context, &account, browser, Some(method))
}

/// Whoever waits signs in again.
pub fn void_all(draft: &mut Draft<'_>) {
    draft.delete_all(&key::challenges());
}
