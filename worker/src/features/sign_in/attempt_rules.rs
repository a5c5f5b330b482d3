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
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, timestamp::DAY};

pub const COMMANDS: &[Handler] =
    &[rule::<Attempt>(), rule::<Clear>(), rule::<FreeFor>(), rule::<Free>(), saga::<Reset>()];

impl Rule for Attempt {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<Attempted, Rejection> {
        context.only_system()?;
        attempt(tx, holder(tx), &self.known_to)
    }
}

impl Rule for Clear {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        // An account that once claimed the email clears nothing for whoever has it now.
        if is_holder(tx, self.account) {
            email_attempt::clear(tx);
        }
        Ok(())
    }
}

impl Rule for FreeFor {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        if is_holder(tx, self.account) {
            set_free(tx);
        }
        Ok(())
    }
}

impl Rule for Free {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _hash: String) -> Result<(), Rejection> {
        context.only_system()?;
        set_free(tx);
        Ok(())
    }
}

fn set_free(tx: &mut Transaction<'_>) {
    let until = tx.now().plus(LOCK);
    email_attempt::clear(tx);
    tx.put(&key::resets(), &ResetsRecord { times: vec![], locked: None, free: Some(until) });
    tx.set_timer(&Forget, until);
}

fn attempt(
    tx: &mut Transaction<'_>,
    account: Option<AccountId>,
    known_to: &[AccountId],
) -> Result<Attempted, Rejection> {
    let now = tx.now();
    let locked = tx.get(&key::resets()).is_some_and(|record| email_attempt::is_locked(&record, now));
    if account.is_some_and(|account| known_to.contains(&account)) {
        return Ok(Attempted { account, left: None, locked });
    }
    let mut record = tx.get(&key::attempts()).unwrap_or_default();
    let left = PASSWORDS.count(&mut record.times, now)?;
    tx.put(&key::attempts(), &record);
    tx.set_timer(&Forget, now.plus(DAY));
    Ok(Attempted { account, left: Some(left), locked })
}
