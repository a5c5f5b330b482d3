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
    store::{Draft, key},
};
use guildhall_shared::{AccountId, second_factor::SecondFactor};

pub const COMMANDS: &[Handler] = &[rule::<Get>()];

impl Rule for Get {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<SecondFactor, Rejection> {
        session::check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        Ok(SecondFactor {
            is_totp_enabled: account.totp.is_some(),
            dt_totp_enabled: account.totp,
            recovery_codes_left: recovery_code::left(draft),
            dt_recovery_codes_made: draft.get(&key::recovery()).map(|recovery| recovery.made),
            methods: prove::methods(draft, &account),
        })
    }
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
    second_factor::forget_failures(draft);
    draft.remove(&key::recovery());
}
