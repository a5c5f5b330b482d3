//! The invitations that wait for the person who is signed in, wherever a page says so.

use super::api;
use crate::{
    api::call::Abort,
    state::{follow::follow, session},
};
use guildhall_shared::invitation::AccountInvitation;
use leptos::{prelude::*, task::spawn_local};

#[derive(Clone, Copy)]
pub struct Pending(RwSignal<Vec<AccountInvitation>>);

impl Pending {
    /// For the root.
    pub fn provide() {
        provide_context(Self(RwSignal::default()));
    }

    pub fn around() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::default()))
    }

    pub fn invitations(self) -> Memo<Vec<AccountInvitation>> {
        follow(move || self.0.get())
    }

    /// Asks for them; what was known stays where that fails.
    pub fn ask_again(self) {
        spawn_local(async move {
            if let Ok(found) = api::mine(Abort::new()).await {
                self.0.set(found);
            }
        });
    }

    /// Asks when a person is there who can have some, and whenever another one is.
    pub fn follow_person(self) {
        let person = follow(|| {
            let session = session::session()?;
            session.user.dt_confirmed.map(|_| session.user.id)
        });
        Effect::new(move |_| match person.get() {
            Some(_) => self.ask_again(),
            None => self.0.set(vec![]),
        });
    }
}
