//! Confirming an account's email: the mailed link, sending it again, "this wasn't me", and what lapses
//! without it.

use crate::{
    object::{self, Command, timer},
    store::{Transaction, key},
};
use guildhall_shared::{id::LinkId, timestamp::DAY};
use serde::{Deserialize, Serialize};

timer!(
    /// The claim on an email that nobody has confirmed lapses.
    LapseEmail on object::Account as "unconfirmed-email"
);

timer!(
    /// An account that nobody has confirmed lapses.
    LapseAccount on object::Account as "unconfirmed-account"
);

/// How long a confirmation link is good, and how long an unconfirmed account holds its email.
pub const CONFIRM: i64 = DAY;

/// When an account goes that was never confirmed.
pub const UNCONFIRMED: i64 = 7 * DAY;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirm {
    pub link: LinkId,
}

impl Command for Confirm {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.confirm";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resend;

impl Command for Resend {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.resend";
}

/// The email is confirmed: nothing lapses any more.
pub fn confirmed(tx: &mut Transaction<'_>) {
    void_links(tx);
    tx.stop_timer(&LapseEmail);
    tx.stop_timer(&LapseAccount);
}

pub fn void_links(tx: &mut Transaction<'_>) {
    tx.delete_all(&key::mailed_links());
}

/// "This wasn't me": by whoever holds the mailed token.
/// Ends an account that someone made with another's address, or a change to such an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deny {
    pub link: LinkId,
}

impl Command for Deny {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "account.deny";
}
