//! Browsers that an account has signed in from. One that is known gets no mail about a new device,
//! and may sign in where several attempts to reset the password have locked the account.

use crate::{
    credentials::{
        secret,
        token::{self, DeviceToken},
    },
    error::Rejection,
    features::{limits::budget::PASSWORDS, sign_in::record::DeviceRecord},
    object::{context::Context, left::Left},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, id::DeviceId, timestamp::DAY};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// How long a browser is known after its last sign-in; as long as browsers keep a cookie.
pub const LIFE: i64 = 400 * DAY;

/// Browsers known at once.
const KEPT: usize = 20;

/// A device cookie that came with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCookie {
    pub account: AccountId,
    pub device: DeviceId,
    pub digest: String,
}

/// Whether one of these cookies is of a browser that this account knows.
pub fn known(tx: &Transaction<'_>, id: AccountId, shown: &[DeviceCookie]) -> Option<DeviceId> {
    let good = |shown: &&DeviceCookie| {
        shown.account == id
            && tx.get(&key::device(shown.device)).is_some_and(|record| {
                secret::equal(&record.digest, &shown.digest) && tx.now().since(record.seen) < LIFE
            })
    };
    shown.iter().find(good).map(|shown| shown.device)
}

/// Notes a sign-in from a browser that is known.
pub fn seen(tx: &mut Transaction<'_>, device: DeviceId) {
    if let Some(record) = tx.get(&key::device(device)) {
        tx.put(&key::device(device), &DeviceRecord { seen: tx.now(), wrong: vec![], ..record });
    }
}

/// Counts a password from a browser that is known, before it is looked at.
pub fn attempt(tx: &mut Transaction<'_>, device: DeviceId) -> Result<Left, Rejection> {
    let mut record = tx.get(&key::device(device)).ok_or_else(Rejection::not_found)?;
    let left = PASSWORDS.count(&mut record.wrong, tx.now())?;
    tx.put(&key::device(device), &record);
    Ok(left)
}

/// Its password was right.
pub fn clear(tx: &mut Transaction<'_>, device: DeviceId) {
    if let Some(record) = tx.get(&key::device(device)) {
        tx.put(&key::device(device), &DeviceRecord { wrong: vec![], ..record });
    }
}

/// Gets to know a browser, and gives it its cookie. The one that was seen longest ago is forgotten
/// where there are too many.
pub fn register(tx: &mut Transaction<'_>, context: &Context<'_>, account: AccountId) -> String {
    let mut standing = tx.scan(&key::devices());
    standing.sort_by_key(|(_, record)| Reverse(record.seen));
    for (old, _) in standing.iter().skip(KEPT - 1) {
        if let Ok(old) = old.parse() {
            tx.delete(&key::device(old));
        }
    }
    let device: DeviceId = context.id();
    let made = token::make_device(context.installation, DeviceToken { account, device }, context.random());
    tx.put(&key::device(device), &DeviceRecord { digest: made.digest, seen: tx.now(), wrong: vec![] });
    made.text
}

/// Knows no browser any more.
pub fn forget_all(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::devices());
}
