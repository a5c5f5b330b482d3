//! Pending invitations: who was asked, as what, until when; send again, cancel.

use super::api;
use crate::{
    blocks::{error_notice::ErrorNotice, loaded::loaded},
    browser, link,
    state::{
        again::{PAUSE, SENT},
        announce,
        form::Form,
        resource_list::ResourceList,
        ticking, workspace,
    },
    ui::{
        badge::Badge,
        icon::Icon,
        menu::{Menu, MenuAction, MenuLink, Opener},
        time::Ago,
    },
};
use guildhall_shared::{InvitationId, invitation::Invitation};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Invitations(invitations: ResourceList<Invitation>) -> impl IntoView {
    let resend = Resend { form: Form::new(&[]), sent: RwSignal::default() };
    let any = Memo::new(move |_| !invitations.rows().is_empty());
    loaded(
        invitations.load,
        "The invitations",
        move || invitations.ask_again(),
        || ().into_any(),
        move || {
            (move || {
                any.get().then(|| {
                    view! {
                        <section aria-labelledby="pending">
                            <h2 id="pending">"Pending invitations"</h2>
                            <ul class="rows">
                                <For
                                    each=move || invitations.rows()
                                    key=|invitation| (invitation.id, invitation.dt_expires)
                                    children=move |invitation| row(invitations, resend, &invitation)
                                />
                            </ul>
                            <ErrorNotice failure=resend.form.failure />
                        </section>
                    }
                })
            })
            .into_any()
        },
    )
}

/// Sending invitations again.
#[derive(Clone, Copy)]
struct Resend {
    form: Form,
    /// Those that were sent just now: asked for anew, their rows are others.
    sent: RwSignal<Vec<InvitationId>>,
}

fn row(invitations: ResourceList<Invitation>, resend: Resend, invitation: &Invitation) -> impl IntoView + use<> {
    let here = workspace::around();
    let now = ticking::now();
    let Invitation { id, email, is_admin, dt_created, dt_expires, invited_by } = invitation.clone();
    let label = format!("Actions for the invitation to {email}");
    let is_sent = move || resend.sent.read().contains(&id);
    let address = StoredValue::new(email.clone());
    let send = move |()| {
        let team = here.now().id;
        resend.form.send(async move { api::resend(&team, id).await }, move |()| {
            resend.sent.update(|sent| sent.push(id));
            announce::say(format!("{SENT} The invitation to {} is on its way again.", address.get_value()));
            spawn_local(async move {
                browser::sleep(PAUSE).await;
                resend.sent.try_update(|sent| sent.retain(|one| *one != id));
            });
            invitations.ask_again();
        });
    };
    let items = move || {
        let cancel = link::invitation_cancel(here.now().namespace, id);
        let again = if is_sent() {
            view! { <MenuLink href="" label="Send again" icon=Icon::Mail refused=Some(SENT.to_owned()) /> }.into_any()
        } else {
            view! { <MenuAction label="Send again" icon=Icon::Mail on_choose=send /> }.into_any()
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
                    {move || is_sent().then(|| view! { ". " <strong>{SENT}</strong> })}
                </div>
            </div>
            <Badge text=if is_admin { "Admin" } else { "Member" } />
            <Menu label=label opener=Opener::Icon(Icon::More)>{items()}</Menu>
        </li>
    }
}
