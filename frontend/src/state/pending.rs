//! The invitations that wait for the person who is signed in, wherever a page says so.

use crate::{
    api::{self, client::Abort},
    state::{follow::follow, session},
};
use guildhall_shared::invitation::AccountInvitation;
use leptos::{prelude::*, task::spawn_local};

thread_local! {
    static PENDING: ArcRwSignal<Vec<AccountInvitation>> = ArcRwSignal::default();
}

pub fn pending() -> Memo<Vec<AccountInvitation>> {
    let pending = PENDING.with(Clone::clone);
    follow(move || pending.get())
}

/// Asks for them; what was known stays where that fails.
pub fn ask_again() {
    spawn_local(async {
        if let Ok(found) = api::invitation::mine(Abort::new()).await {
            PENDING.with(Clone::clone).set(found);
        }
    });
}

/// Asks when a person is there who can have some, and whenever another one is.
pub fn install() {
    let person = follow(|| {
        let session = session::session()?;
        session.user.dt_confirmed.map(|_| session.user.id)
    });
    Effect::new(move |_| match person.get() {
        Some(_) => ask_again(),
        None => PENDING.with(Clone::clone).set(vec![]),
    });
}
