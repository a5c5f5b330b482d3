//! What the browser is told of the account's passkeys, so that it offers those that are there, under the names that the
//! account has now.

use super::{follow::follow, session};
use crate::{api, browser, parts};
use guildhall_shared::passkey::UNKNOWN;
use leptos::{prelude::*, task::spawn_local};

/// Tells a browser that listens what stands now.
pub fn tell() {
    if !browser::hears_of_passkeys() {
        return;
    }
    spawn_local(async {
        let (Ok(passkeys), Ok(accepted)) = (parts::passkeys().await, api::passkey::accepted().await) else { return };
        (passkeys.accepted)(&accepted);
    });
}

/// One that nobody here has is offered no more.
pub async fn forget(rp_id: &str, credential: &str, failure: &api::Failure) {
    if failure.message == UNKNOWN
        && let Ok(passkeys) = parts::passkeys().await
    {
        (passkeys.unknown)(rp_id, credential);
    }
}

/// Tells it once more whenever the person is called otherwise.
pub fn install() {
    let called = follow(|| {
        let session = session::session()?;
        let user = &session.user;
        let names = [&user.email, &user.username, &user.first_name, &user.last_name].map(Clone::clone);
        user.has_passkeys.then_some((user.id, names))
    });
    Effect::new(move |before: Option<Option<_>>| {
        let now = called.get();
        if let (Some(Some((id, names))), Some((same, others))) = (&before, &now)
            && id == same
            && names != others
        {
            tell();
        }
        now
    });
}
