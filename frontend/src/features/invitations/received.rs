//! The invitations that wait for an answer of the person who is signed in.

use super::{api, banner, pending::Pending};
use crate::{
    blocks::{error_notice::ErrorNotice, loaded::loaded},
    link,
    state::{
        announce,
        form::Form,
        go,
        query::{Load, Query},
        session, ticking,
        workspace::{self, Workspace},
    },
    ui::{
        button::{Button, Look},
        time::Ago,
    },
};
use guildhall_shared::invitation::{AccountInvitation, InvitationAccept};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Received(
    /// Runs after an answer, which may have put the person into another team.
    on_change: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let query = Query::new(|| (), |(), abort| api::mine(abort));
    let pending = Memo::new(move |_| match &*query.load.read() {
        Load::Ready(pending) => pending.clone(),
        Load::Waiting | Load::Failed(_) => vec![],
    });
    let any = Memo::new(move |_| !pending.read().is_empty());
    let waiting = Pending::around();
    let done = move || {
        query.ask_again();
        on_change();
        waiting.ask_again();
    };
    loaded(
        query.load,
        "Your invitations",
        move || query.ask_again(),
        || ().into_any(),
        move || {
            (move || {
                any.get().then(|| {
                    view! {
                        <section aria-labelledby="pending">
                            <h2 id="pending">"Invitations for you"</h2>
                            <ul class="rows">
                                <For
                                    each=move || pending.get()
                                    key=|invitation| invitation.id
                                    children=move |invitation| view! { <Offer invitation=invitation done=done /> }
                                />
                            </ul>
                        </section>
                    }
                })
            })
            .into_any()
        },
    )
}

#[component]
fn Offer(invitation: AccountInvitation, done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let AccountInvitation { id, is_admin, dt_expires, team, invited_by, .. } = invitation;
    let now = ticking::now();
    let form = Form::new(&[]);
    let (name, shown) = (team.name.clone(), team.name.clone());
    let accept = move |_| {
        let (name, team) = (name.clone(), team.id.to_string());
        form.send(api::accept(InvitationAccept { id: Some(id), token: None }), move |_| {
            announce::say(format!("You are now in {name}"));
            spawn_local(async move {
                session::load().await;
                done();
                let joined: Option<Workspace> = untrack(workspace::all).into_iter().find(|one| one.id == team);
                if let Some(joined) = joined {
                    go::to(&link::team(joined.namespace));
                }
            });
        });
    };
    let declining = Form::new(&[]);
    let decline = move |_| {
        let body = InvitationAccept { id: Some(id), token: None };
        declining.send(api::decline(body), move |()| {
            announce::say("Invitation declined");
            done();
        });
    };
    let role = if is_admin { "an admin" } else { "a member" };
    let sentence = banner::sentence(&invited_by, &shown, Some(role));
    view! {
        <li>
            <div class="what">
                <div>{sentence}</div>
                <div class="muted small">"Expires " <Ago at=dt_expires now=now /></div>
                <ErrorNotice failure=form.failure />
                <ErrorNotice failure=declining.failure />
            </div>
            <div class="button-row">
                <Button busy=declining.busy refused=session::unconfirmed() on_click=decline>"Decline"</Button>
                <Button look=Look::Primary busy=form.busy refused=session::unconfirmed() on_click=accept>"Accept"</Button>
            </div>
        </li>
    }
}
