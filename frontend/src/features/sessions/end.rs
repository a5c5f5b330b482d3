//! Ending a session on another device, or this one, which signs out.

use super::{api, device::device_and_place};
use crate::{
    blocks::confirm_route::ConfirmRoute,
    link,
    state::{
        form::{Submit, Then},
        param::param,
        resource_list::ResourceList,
        session,
    },
};
use guildhall_shared::{SessionId, session::AccountSession};
use leptos::prelude::*;

#[component]
pub fn SessionEnd() -> impl IntoView {
    let sessions = ResourceList::<AccountSession>::around();
    let id = param::<SessionId>("session");
    let session = move || sessions.get(&id.get()?);
    let from = move || match session() {
        Some(session) => device_and_place(&session.device, &session.place),
        None => "That device".to_owned(),
    };
    let confirm = move |()| {
        let id = id.get_untracked()?;
        if untrack(session).is_some_and(|session| session.is_current) {
            session::sign_out();
            // The page goes with the session.
            return Some(Submit::silent(async { Ok(()) }, |()| Then::Stay));
        }
        Some(Submit::new(api::end(id), |()| "The session has ended", move |()| sessions.remove(&id)))
    };
    view! {
        <ConfirmRoute title="End this session?" verb="End session" confirm=confirm page=|()| link::SESSIONS>
            <strong>{from}</strong>
            " is signed out at once. What is not saved there is lost."
        </ConfirmRoute>
    }
}
