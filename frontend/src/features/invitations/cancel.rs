//! Cancelling an invitation: its link ends.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    features::members::roster::Filter,
    state::{form::Submit, param::param, resource_list::ResourceList, workspace},
};
use guildhall_shared::{Action, InvitationId, invitation::Invitation};
use leptos::prelude::*;

#[component]
pub fn InvitationCancel() -> impl IntoView {
    let here = workspace::around();
    let invitations = ResourceList::<Invitation>::around();
    let filter = Filter::around();
    let id = param::<InvitationId>("invitation");
    let email = move || match id.get().and_then(|id| invitations.get(&id)) {
        Some(invitation) => invitation.email.clone(),
        None => "this address".to_owned(),
    };
    let confirm = move |()| {
        let (team, id) = (here.now().id, id.get_untracked()?);
        let call = async move { api::cancel(&team, id).await };
        Some(Submit::new(call, |()| "The invitation is cancelled", move |()| invitations.remove(&id)))
    };
    view! {
        <ConfirmRoute
            title="Cancel invitation?"
            verb="Cancel invitation"
            back="Keep it"
            action=Action::Invite
            confirm=confirm
            page=move |()| filter.page(here)
        >
            "The link that was mailed to "
            <strong>{email}</strong>
            " ends. You can invite the address again."
        </ConfirmRoute>
    }
}
