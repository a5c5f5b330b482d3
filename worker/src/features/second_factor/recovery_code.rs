//! Recovery codes: ten at a time, each good once, for the day when no other factor is at hand. What
//! is stored of them are keyed hashes.

use crate::{
    credentials::secret::{DIGITS, Purpose},
    error::Rejection,
    features::{
        accounts::record::AccountRecord,
        second_factor::{
            self, Wrong, former_factor,
            record::{Former, RecoveryCodeRecord, RecoveryRecord},
        },
        security_log,
        sessions::session,
    },
    mail::FactorNews,
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Timestamp,
    second_factor::{RECOVERY_ALPHABET, RECOVERY_CODE_LEN, RECOVERY_CODES, RecoveryCodes, shown_recovery_code},
    security_log::SecurityEventKind,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Renew>()];

fn bound(id: AccountId, code: &str) -> String {
    format!("{id}\n{code}")
}

/// How many were not used yet.
pub fn left(tx: &Transaction<'_>) -> u64 {
    let codes = tx.get(&key::recovery()).map(|recovery| recovery.codes).unwrap_or_default();
    codes.iter().filter(|code| code.used.is_none()).count() as u64
}

/// Five bits a character.
fn code(random: [u8; 7]) -> String {
    let bits = random.into_iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(byte));
    let character = |at: usize| {
        let value = bits >> (51 - 5 * at) & 31;
        RECOVERY_ALPHABET.get(usize::try_from(value).ok()?).copied().map(char::from)
    };
    (0..RECOVERY_CODE_LEN).filter_map(character).collect()
}

/// Makes ten, and voids the ones before. They are here once, as they are shown.
pub fn make(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Vec<String> {
    let (mut codes, mut shown) = (vec![], vec![]);
    for _ in 0..RECOVERY_CODES {
        let code = code(context.random());
        let mac = context.installation.mac(Purpose::Recovery, &bound(id, &code));
        codes.push(RecoveryCodeRecord { mac, used: None });
        shown.push(shown_recovery_code(&code));
    }
    tx.put(&key::recovery(), &RecoveryRecord { made: tx.now(), codes });
    shown
}

/// Makes new ones for someone who has just proved a factor: with codes one can turn factors off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Renew;

impl Command for Renew {
    type On = object::Account;
    type Reply = RecoveryCodes;
    const NAME: &'static str = "secondFactor.makeRecoveryCodes";
}

impl Rule for Renew {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<RecoveryCodes, Rejection> {
        session::check_recent(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if !account.has_second_factor() {
            return Err(Rejection::conflict("Recovery codes come with a second factor. Turn one on first."));
        }
        session::check_recent_factor(tx, context)?;
        security_log::note(tx, context.origin, SecurityEventKind::RecoveryMake, "");
        second_factor::tell(tx, context, &account, FactorNews::CodesMade);
        retire(tx, context);
        Ok(RecoveryCodes { recovery_codes: make(tx, context, id) })
    }
}

/// Keeps the codes that stand as former ones: others take their place, or the last factor goes.
pub fn retire(tx: &mut Transaction<'_>, context: &Context<'_>) {
    if let Some(record) = tx.get(&key::recovery()) {
        former_factor::keep(tx, context, Former::Codes(record));
        tx.delete(&key::recovery());
    }
}

/// Takes them away, if they were made since a time.
pub fn take_since(tx: &mut Transaction<'_>, since: Timestamp) -> bool {
    let is_new = tx.get(&key::recovery()).is_some_and(|record| record.made >= since);
    if is_new {
        tx.delete(&key::recovery());
    }
    is_new
}

/// Brings former ones back, unless there are others.
pub fn restore(tx: &mut Transaction<'_>, record: &RecoveryRecord) -> bool {
    let is_free = tx.get(&key::recovery()).is_none();
    if is_free {
        tx.put(&key::recovery(), record);
    }
    is_free
}

/// Uses a code up, and mails how many are left.
pub fn spend(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    account: &AccountRecord,
    code: &str,
) -> Result<(), Wrong> {
    let now = tx.now();
    let bound = bound(account.id, code);
    let mut record = tx.get(&key::recovery());
    let codes = record.iter_mut().flat_map(|record| &mut record.codes);
    let known = codes
        .filter(|known| context.installation.is_mac(Purpose::Recovery, &bound, &known.mac, DIGITS))
        .find(|known| known.used.is_none());
    let Some(known) = known else {
        return Err(Wrong::Said("This recovery code is wrong or was used. Try another one of the list."));
    };
    known.used = Some(now);
    if let Some(record) = record {
        tx.put(&key::recovery(), &record);
    }
    let left = left(tx);
    security_log::note(tx, context.origin, SecurityEventKind::RecoveryUse, &format!("{left} left"));
    second_factor::tell(tx, context, account, FactorNews::CodeUsed { left });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_has_fifty_of_its_bits_from_the_front() {
        assert_eq!(code([0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54]), "0123456789");
        assert_eq!((code([255; 7]), code([0; 7])), ("zzzzzzzzzz".to_owned(), "0000000000".to_owned()));
    }
}
