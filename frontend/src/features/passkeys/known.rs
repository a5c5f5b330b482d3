//! What the browser is told of the account's passkeys, so that it offers those that are there, under the names that the
//! account has now.

use super::{api, webauthn};
use crate::{
    api::Failure,
    browser,
    state::{follow::follow, session},
};
use guildhall_shared::{
    passkey::{AuthenticationResponse, UNKNOWN},
    session::Session,
};
use leptos::{prelude::*, task::spawn_local};

/// Tells a browser that listens what stands now.
pub fn tell() {
    if !browser::hears_of_passkeys() {
        return;
    }
    spawn_local(async {
        let (Ok(passkeys), Ok(accepted)) = (webauthn::load().await, api::accepted().await) else { return };
        (passkeys.accepted)(&accepted);
    });
}

/// One that nobody here has is offered no more.
async fn forget(rp_id: &str, credential: &str, failure: &Failure) {
    if failure.message == UNKNOWN
        && let Ok(passkeys) = webauthn::load().await
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

/// Signs in with a passkey alone, which was asked for at this host.
pub async fn sign_in_alone(rp_id: &str, credential: AuthenticationResponse) -> Result<Session, Failure> {
    let id = credential.id.clone();
    let entered = api::sign_in(credential).await;
    if let Err(failure) = &entered {
        forget(rp_id, &id, failure).await;
    }
    entered
}
