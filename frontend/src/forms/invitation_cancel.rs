//! Cancelling an invitation: its link ends.

use crate::{
    api,
    layout::trouble::Trouble,
    pages::team::members::Roster,
    state::{announce, form::Form, go, query::Load, workspace},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::{Action, InvitationId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn InvitationCancel() -> impl IntoView {
    let here = workspace::around();
    let roster = use_context::<Roster>();
    let params = use_params_map();
    let id = move || params.read().get("invitation").and_then(|id| id.parse::<InvitationId>().ok());
    let form = Form::new(&[]);
    let home = move || {
        if let Some(roster) = roster {
            go::within(&roster.home());
        }
    };
    let email = Signal::derive(move || {
        let pending = roster?.invitations.load;
        match &*pending.read() {
            Load::Ready(pending) => pending.iter().find(|one| Some(one.id) == id()).map(|one| one.email.clone()),
            Load::Waiting | Load::Failed(_) => None,
        }
    });
    let cancel = Callback::new(move |()| {
        let Some(id) = untrack(id) else { return home() };
        let team = here.now().id;
        form.send(async move { api::invitation::cancel(&team, id).await }, move |()| {
            announce::say("The invitation is cancelled");
            if let Some(roster) = roster {
                roster.remove_invitation(id);
            }
            dialog::close_top();
        });
    });
    view! {
        <Confirm
            title="Cancel invitation?"
            verb="Cancel invitation"
            back="Keep it"
            busy=form.busy
            refused=here.refusal(Action::Invite)
            on_confirm=cancel
            on_close=move |()| home()
        >
            <p class="lead">
                "The link that was mailed to " <strong>{move || email.get().unwrap_or_else(|| "this address".to_owned())}</strong>
                " ends. You can invite the address again."
            </p>
            <Trouble failure=here.trouble(Action::Invite, form.failure) />
        </Confirm>
    }
}
