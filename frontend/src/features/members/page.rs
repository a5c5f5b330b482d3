//! The page of members: people and pending invitations, which the forms over it share.

use super::{
    people::People,
    roster::{self, Filter},
};
use crate::{
    blocks::page::Page,
    features::invitations::{section::Invitations, sent},
    link,
    state::workspace,
    ui::{
        button::{ButtonLink, Look},
        icon::Icon,
    },
};
use guildhall_shared::Action;
use leptos::prelude::*;
use leptos_router::components::Outlet;

#[component]
pub fn Members() -> impl IntoView {
    let here = workspace::around();
    let people = roster::people(here);
    people.list.provide();
    let invitations = sent::invitations(here).beside(people.list).provide();
    let filter = Filter::provide();
    // How many people, once all of them are here.
    let count = move || people.list.with(Vec::len).filter(|_| people.is_whole());
    let refused = Signal::derive(move || {
        if here.is_private() {
            Some("This workspace is yours alone. Create a team to work with others.".to_owned())
        } else {
            here.why(Action::Invite)
        }
    });
    let invite = move || {
        let href = Signal::derive(move || link::invite(here.namespace()));
        view! { <ButtonLink label="Invite people" look=Look::Primary icon=Icon::Plus href=href refused=refused /> }
    };
    view! {
        <Page
            title="Members"
            place=here.place()
            count=Signal::derive(count)
            purpose="People in this team and their roles."
            wide=true
            action=invite
        >
            {move || (here.may(Action::ReadInvitations) && !here.is_private()).then(|| view! { <Invitations invitations=invitations /> })}
            <People people=people filter=filter />
        </Page>
        <Outlet />
    }
}
