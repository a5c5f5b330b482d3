//! What the page of the account's security shows, shared with the forms over it.

use super::api;
use crate::{
    features::{accounts::own::Own, passkeys, second_factor},
    state::{
        query::Query,
        resource_list::{Resource, ResourceList},
        session,
    },
};
use guildhall_shared::{PasskeyId, passkey::Passkey, second_factor::SecondFactor, security_log::SecurityEvent};
use leptos::{prelude::*, task::spawn_local};

/// What this page shows, shared with its forms.
#[derive(Clone, Copy)]
pub struct Safety {
    pub own: Own,
    pub factor: Query<SecondFactor>,
    pub passkeys: ResourceList<Passkey>,
    pub log: ResourceList<SecurityEvent>,
}

impl Resource for Passkey {
    type Key = PasskeyId;

    fn key(&self) -> PasskeyId {
        self.id
    }
}

impl Resource for SecurityEvent {
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }
}

impl Safety {
    pub fn new() -> Self {
        Self {
            own: Own::new(),
            factor: Query::new(|| (), |(), abort| second_factor::api::get(abort)),
            passkeys: ResourceList::whole(passkeys::api::list),
            log: ResourceList::new(|| (), |(), abort| async move { api::list(&abort).await }),
        }
    }

    /// What the page below shows.
    pub fn around() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// After a change to this passkey.
    pub fn ask_again_after(self, passkey: &Passkey) {
        self.passkeys.mark(passkey);
        self.ask_again();
    }

    /// After a change that they tell of; the session, too, says what one signs in with.
    pub fn ask_again(self) {
        spawn_local(session::load());
        self.own.0.ask_again();
        self.factor.ask_again();
        self.passkeys.ask_again();
        self.log.ask_again();
    }
}
