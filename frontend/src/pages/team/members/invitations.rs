//! Pending invitations: who was asked, as what, until when; send again, cancel.

use super::roster::Roster;
use crate::{
    api, browser,
    layout::{loaded::loaded, trouble::Trouble},
    link,
    state::{
        again::{PAUSE, SENT},
        announce,
        form::Form,
        query::Load,
        ticking, workspace,
    },
    ui::{
        badge::Badge,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        time::Ago,
    },
};
use guildhall_shared::invitation::Invitation;
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Invitations(roster: Roster) -> impl IntoView {
    let query = roster.invitations;
    let resending = Form::new(&[]);
    let pending = Memo::new(move |_| match &*query.load.read() {
        Load::Ready(pending) => pending.clone(),
        Load::Waiting | Load::Failed(_) => vec![],
    });
    let any = Memo::new(move |_| !pending.read().is_empty());
    loaded(
        query.load,
        "The invitations",
        move || query.ask_again(),
        || ().into_any(),
        move || {
            (move || {
                any.get().then(|| {
                    view! {
                        <section aria-labelledby="pending">
                            <h2 id="pending">"Pending invitations"</h2>
                            <ul class="rows">
                                <For
                                    each=move || pending.get()
                                    key=|invitation| (invitation.id, invitation.dt_expires)
                                    children=move |invitation| row(roster, resending, &invitation)
                                />
                            </ul>
                            <Trouble failure=resending.failure />
                        </section>
                    }
                })
            })
            .into_any()
        },
    )
}

fn row(roster: Roster, resending: Form, invitation: &Invitation) -> impl IntoView + use<> {
    let here = workspace::around();
    let now = ticking::now();
    let Invitation { id, email, is_admin, dt_created, dt_expires, invited_by } = invitation.clone();
    let label = format!("Actions for the invitation to {email}");
    let sent = move || roster.resent.read().contains(&id);
    let address = StoredValue::new(email.clone());
    let resend = move |()| {
        let team = here.now().id;
        resending.send(async move { api::invitation::resend(&team, id).await }, move |()| {
            roster.resent.update(|resent| resent.push(id));
            announce::say(format!("{SENT} The invitation to {} is on its way again.", address.get_value()));
            spawn_local(async move {
                browser::sleep(PAUSE).await;
                roster.resent.try_update(|resent| resent.retain(|one| *one != id));
            });
            roster.invitations.ask_again();
        });
    };
    let items = move || {
        let cancel = link::invitation_cancel(here.now().namespace, id);
        let again = if sent() {
            view! { <MenuLink href="" label="Send again" icon=Icon::Mail refused=Some(SENT.to_owned()) /> }.into_any()
        } else {
            view! { <MenuAction label="Send again" icon=Icon::Mail on_choose=resend /> }.into_any()
        };
        view! {
            {again}
            <MenuLink href=cancel label="Cancel invitation" icon=Icon::X danger=true />
        }
    };
    view! {
        <li data-row=id.to_string()>
            <div class="what">
                <div>{email}</div>
                <div class="muted small">
                    "Sent " <Ago at=dt_created now=now />
                    {(!invited_by.is_empty()).then(|| view! { " by " <bdi>{invited_by}</bdi> })} " · expires "
                    <Ago at=dt_expires now=now />
                    {move || sent().then(|| view! { ". " <strong>{SENT}</strong> })}
                </div>
            </div>
            <Badge text=if is_admin { "Admin" } else { "Member" } />
            <Menu label=label opener=Opener::Icon(Icon::More)>{items()}</Menu>
        </li>
    }
}
