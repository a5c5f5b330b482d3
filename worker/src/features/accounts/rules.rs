//! What an account answers to names and emails that ask whether they are its own.

use crate::{
    error::Rejection,
    features::{
        accounts::{
            account::{Claim, Mine},
            record::{LinkRecord, TombstoneRecord},
        },
        deactivation,
        emails::email_change,
        teams::link,
    },
    object::{Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::AccountId;

pub const COMMANDS: &[Handler] = &[rule::<Mine>()];

impl Rule for Mine {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<bool, Rejection> {
        still_claims(tx, context, id, &self.claim)
    }
}

/// Whether a claim is this account's. A "no" fences what has not come into being yet.
pub fn still_claims(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    claim: &Claim,
) -> Result<bool, Rejection> {
    context.only_system()?;
    let account = tx.get(&key::account(id));
    if let Claim::Team(team) = claim {
        let link = tx.get(&key::link(*team));
        if let Some(LinkRecord { made: false, .. }) = link {
            tx.delete(&key::link(*team));
            tx.stop_timer(&link::Heal(*team));
        }
        return Ok(link.is_some_and(|link| link.made));
    }
    let Some(account) = account else {
        if tx.get(&key::tombstone()).is_none() {
            tx.put(&key::tombstone(), &TombstoneRecord { at: tx.now() });
        }
        return Ok(false);
    };
    Ok(match claim {
        Claim::Email(hash) => {
            let emails = email_change::held(tx, &account);
            emails.iter().any(|email| context.installation.blind("email", email) == *hash)
        }
        Claim::Username(name) => account.username == *name,
        Claim::Leaving(attempt) => deactivation::is_leaving(tx, &account, *attempt),
        Claim::Team(_) => false,
    })
}
