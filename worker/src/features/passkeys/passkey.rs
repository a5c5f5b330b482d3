//! Passkeys of an account: adding, naming and removing them, and whether one that signed may be
//! believed. Verifies no signature itself: that takes the platform, and the object has done it.

use crate::{
    credentials::webauthn::Registration,
    features::passkeys::record::PasskeyRecord,
    object::{self, Command},
    store::{Transaction, key},
};
use guildhall_shared::{
    PasskeyId,
    name::DisplayName,
    passkey::{AcceptedPasskeys, CreationOptions, Passkey},
};
use serde::{Deserialize, Serialize};

/// What the standard calls a demand.
pub const REQUIRED: &str = "required";

/// The account's passkeys, the oldest first.
pub fn standing(tx: &Transaction<'_>) -> Vec<PasskeyRecord> {
    let mut records: Vec<PasskeyRecord> = tx.scan(&key::passkeys()).into_iter().map(|(_, record)| record).collect();
    records.sort_by_key(|record| record.created);
    records
}

/// Those that prove something.
pub fn usable(tx: &Transaction<'_>) -> Vec<PasskeyRecord> {
    standing(tx).into_iter().filter(|record| record.suspect.is_none()).collect()
}

/// Whether one signs in without a password.
pub fn signs_in(tx: &Transaction<'_>) -> bool {
    usable(tx).iter().any(|record| !record.returned)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List;

impl Command for List {
    type On = object::Account;
    type Reply = Vec<Passkey>;
    const NAME: &'static str = "passkey.list";
}

/// What a browser is told of them.
/// Those that are there, a suspected copy as well: its person takes it away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted;

impl Command for Accepted {
    type On = object::Account;
    type Reply = AcceptedPasskeys;
    const NAME: &'static str = "passkey.accepted";
}

/// What the browser is asked for a new one.
/// What a browser is asked for a new passkey. Nothing is stored: the challenge comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin;

impl Command for Begin {
    type On = object::Account;
    type Reply = CreationOptions;
    const NAME: &'static str = "passkey.begin";
}

/// Takes a new passkey in. Whoever adds one has just used it, so it counts as proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Add {
    pub name: DisplayName,
    pub registration: Registration,
}

impl Command for Add {
    type On = object::Account;
    type Reply = Passkey;
    const NAME: &'static str = "passkey.add";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    pub passkey: PasskeyId,
    pub name: DisplayName,
}

impl Command for Rename {
    type On = object::Account;
    type Reply = Passkey;
    const NAME: &'static str = "passkey.rename";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    pub passkey: PasskeyId,
}

impl Command for Remove {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "passkey.remove";
}
