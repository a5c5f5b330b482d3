//! The second factor of an account: what it has, the one check that every caller uses, and the one
//! counter of failures that all factors share.

pub mod feature;
pub mod former_factor;
pub mod http;
pub mod prove;
pub mod record;
pub mod recovery_code;
pub mod rules;

use crate::{
    credentials::webauthn::Assertion,
    error::Rejection,
    features::{accounts::record::AccountRecord, limits::budget::FACTORS, take_back},
    mail::{FactorNews, Kind, Notice},
    object::{self, Command, context::Context},
    store::{Transaction, key},
};
use guildhall_shared::{
    Issue,
    auth::field,
    second_factor::{Method, SecondFactor, totp_code},
};
use serde::{Deserialize, Serialize};

/// Failures within a window, of all factors together, that have all of them wait as long.
pub const FAILURES_MAX: usize = FACTORS.most;

pub const WINDOW: i64 = FACTORS.window;

/// What someone proves with, its form already checked. Debug would print codes; this one does not.
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
            Method::Recovery => field("code", guildhall_shared::second_factor::recovery_code(code)).map(Self::Recovery),
            Method::Passkey => Err(Issue::new("method: A passkey has no code. Send what the browser says of it.")),
        }
    }

    /// A code of either kind, known by its form.
    pub fn either(code: &str) -> Result<Self, Issue> {
        guildhall_shared::second_factor::recovery_code(code)
            .map(Self::Recovery)
            .or_else(|_| Self::typed(Method::Totp, Some(code)))
    }

    pub fn method(&self) -> Method {
        match self {
            Self::Totp(_) => Method::Totp,
            Self::Recovery(_) => Method::Recovery,
            Self::Passkey(_) => Method::Passkey,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Get;

impl Command for Get {
    type On = object::Account;
    type Reply = SecondFactor;
    const NAME: &'static str = "secondFactor.get";
}

/// Why a proof does not hold.
pub enum Wrong {
    /// For people.
    Said(&'static str),
    /// For people, about a proof that nobody can have guessed: it is no failure.
    Told(&'static str),
    /// The check could not be made, so it is no failure of anybody's.
    InternalError(Rejection),
}

/// The sentence tied to its field, for forms of a signed-in person.
pub fn as_field(method: Method, sentence: &'static str) -> Rejection {
    let field = match method {
        Method::Totp | Method::Recovery => "code",
        Method::Passkey => "credential",
    };
    Issue::new(format!("{field}: {sentence}")).into()
}

/// The sentence for someone who is not.
pub fn as_stranger(_: Method, sentence: &'static str) -> Rejection {
    Rejection::unauthorized(sentence)
}

pub fn forget_failures(tx: &mut Transaction<'_>) {
    tx.remove(&key::factor());
}

/// Mails the account, with a link to take it back where something was added.
pub fn tell(tx: &mut Transaction<'_>, context: &Context<'_>, account: &AccountRecord, news: FactorNews) {
    let undo = news.is_addition().then(|| take_back::offer(tx, context, account)).flatten();
    let kind = Kind::Security(Notice::Factor { news, at: tx.now(), origin: context.origin.clone(), undo });
    crate::mail::send(tx, &account.email, &context.origin.site, kind);
}
