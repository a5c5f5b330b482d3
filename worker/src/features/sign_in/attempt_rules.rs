//! The rules of attempts on an email: how often its password was tried, and its resets.

use crate::{
    error::Rejection,
    features::{
        emails::email::{Forget, holder, is_holder},
        limits::budget::PASSWORDS,
        sign_in::{
            email_attempt::{self, Attempt, Attempted, Clear, Free, FreeFor, LOCK, Reset},
            record::ResetsRecord,
        },
    },
    object::{Handler, Rule, context::Context, rule, saga},
    store::{Draft, key},
};
use guildhall_shared::{AccountId, timestamp::DAY};

pub const COMMANDS: &[Handler] =
    &[rule::<Attempt>(), rule::<Clear>(), rule::<FreeFor>(), rule::<Free>(), saga::<Reset>()];

impl Rule for Attempt {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<Attempted, Rejection> {
        context.only_system()?;
        attempt(draft, holder(draft), &self.known_to)
    }
}

impl Rule for Clear {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        // An account that once claimed the email clears nothing for whoever has it now.
        if is_holder(draft, self.account) {
            email_attempt::clear(draft);
        }
        Ok(())
    }
}

impl Rule for FreeFor {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        if is_holder(draft, self.account) {
            set_free(draft);
        }
        Ok(())
    }
}

impl Rule for Free {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        set_free(draft);
        Ok(())
    }
}

fn set_free(draft: &mut Draft<'_>) {
    let until = draft.now().plus(LOCK);
    email_attempt::clear(draft);
    draft.put(&key::resets(), &ResetsRecord { times: vec![], locked: None, free: Some(until) });
    draft.set_timer(&Forget, until);
}

fn attempt(draft: &mut Draft<'_>, account: Option<AccountId>, known_to: &[AccountId]) -> Result<Attempted, Rejection> {
    let now = draft.now();
    let locked = draft.get(&key::resets()).is_some_and(|record| email_attempt::is_locked(&record, now));
    if account.is_some_and(|account| known_to.contains(&account)) {
        return Ok(Attempted { account, left: None, locked });
    }
    let mut record = draft.get(&key::attempts()).unwrap_or_default();
    let left = PASSWORDS.count(&mut record.times, now)?;
    draft.put(&key::attempts(), &record);
    draft.set_timer(&Forget, now.plus(DAY));
    Ok(Attempted { account, left: Some(left), locked })
}
