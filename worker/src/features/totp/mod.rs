//! The authenticator app of an account: setting up in two steps, codes that are good once, turning off.

pub mod feature;
pub mod http;
pub mod record;
pub mod rules;

use crate::{
    credentials::{
        cipher::{self},
        totp::{self, Match},
    },
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        second_factor::{Proof, Wrong},
        totp::record::TotpRecord,
    },
    object::{self, Command, context::Context, timer},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, Code, second_factor::RecoveryCodes, totp::TotpSetup};
use serde::{Deserialize, Serialize};

timer!(
    /// A seed that nobody has confirmed ends.
    EndSetup on object::Account as "totp"
);

/// Who the code is for, as an app shows it.
const ISSUER: &str = "Guildhall";

pub const CLOCK: &str = "This code is wrong. Type the newest one, and see that the clock of your device is right.";

pub fn failed() -> Rejection {
    Rejection::new(Code::InternalServerError, "The authenticator app could not be checked. Try again in a minute.")
}

pub fn account(tx: &Transaction<'_>, id: AccountId) -> Result<AccountRecord, Rejection> {
    tx.get(&key::account(id)).ok_or_else(Rejection::nobody)
}

/// Makes a seed. One that was made before and has not been confirmed is void.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin;

impl Command for Begin {
    type On = object::Account;
    type Reply = TotpSetup;
    const NAME: &'static str = "secondFactor.beginTotp";
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

/// Uses a code up.
pub fn spend(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    code: &str,
) -> Result<(), Wrong> {
    let mut record = tx.get(&key::totp()).ok_or(Wrong::Said(CLOCK))?;
    match judge(tx, context, account.id, &record, code).map_err(Wrong::InternalError)? {
        Match::Fresh(step) => {
            record.step = step;
            renew(context, account.id, &mut record).map_err(Wrong::InternalError)?;
            tx.put(&key::totp(), &record);
            Ok(())
        }
        Match::Used => Err(Wrong::Said("This code was used already. Wait for the next one, at most 30 seconds.")),
        Match::Wrong => Err(Wrong::Said(CLOCK)),
    }
}

/// Wraps the seed anew where another key is in front by now.
pub fn renew(context: &Context<'_>, id: AccountId, record: &mut TotpRecord) -> Result<(), Rejection> {
    if record.seed.key != context.installation.current() {
        let seed = cipher::unwrap_seed(context.installation, &record.seed, id.as_str()).map_err(|_| failed())?;
        let wrapped = cipher::wrap_seed(context.installation, &seed, id.as_str(), context.random());
        record.seed = wrapped.map_err(|_| failed())?;
    }
    Ok(())
}

pub fn judge(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    record: &TotpRecord,
    code: &str,
) -> Result<Match, Rejection> {
    let seed = cipher::unwrap_seed(context.installation, &record.seed, id.as_str()).map_err(|_| failed())?;
    Ok(totp::check(&seed, code, tx.now(), record.step))
}
