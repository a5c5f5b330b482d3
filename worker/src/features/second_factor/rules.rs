//! What turning second factors on and off does beside.

use crate::{
    error::Rejection,
    features::{
        accounts::{account, record::AccountRecord},
        second_factor::{self, Get, prove, recovery_code},
        sessions::session,
        sign_in::challenge,
    },
    object::{Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, second_factor::SecondFactor};

pub const COMMANDS: &[Handler] = &[rule::<Get>()];

impl Rule for Get {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<SecondFactor, Rejection> {
        session::check(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        Ok(SecondFactor {
            is_totp_enabled: account.totp.is_some(),
            dt_totp_enabled: account.totp,
            recovery_codes_left: recovery_code::left(tx),
            dt_recovery_codes_made: tx.get(&key::recovery()).map(|recovery| recovery.made),
            methods: prove::methods(tx, &account),
        })
    }
}

/// Writes an account whose factors have changed, and tells its teams. Recovery codes come with the
/// first factor and are the reply; with the last one they go, and so does what was begun with it.
pub fn save(tx: &mut Transaction<'_>, context: &Context<'_>, account: AccountRecord) -> Vec<String> {
    let before = tx.get(&key::account(account.id));
    let (had, has) = (before.as_ref().is_some_and(AccountRecord::has_second_factor), account.has_second_factor());
    if !has {
        recovery_code::retire(tx, context);
        void(tx);
    }
    let codes = if has && !had { recovery_code::make(tx, context, account.id) } else { vec![] };
    account::save(tx, account);
    codes
}

/// Takes away what no account without a factor has.
pub fn void(tx: &mut Transaction<'_>) {
    challenge::void_all(tx);
    second_factor::forget_failures(tx);
    tx.remove(&key::recovery());
}
