//! Removing a member: access and their API keys in this team end at once.

use super::{
    api,
    roster::{self, Filter, Person},
};
use crate::{
    blocks::confirm_route::ConfirmRoute,
    state::{form::Submit, param::param, resource_list::ResourceList, workspace},
};
use guildhall_shared::{AccountId, Action};
use leptos::prelude::*;

#[component]
pub fn MemberRemove() -> impl IntoView {
    let here = workspace::around();
    let people = ResourceList::<Person>::around();
    let filter = Filter::around();
    let id = param::<AccountId>("user");
    let (person, _) = roster::person(here, id);
    let title = Signal::derive(move || match person.get() {
        Some(person) => format!("Remove {} from the team?", person.name),
        None => "Remove this member?".to_owned(),
    });
    let confirm = move |()| {
        let person = person.get_untracked()?;
        let (team, id) = (here.now().id, person.member.user_id);
        let call = async move { api::remove(&team, id).await };
        Some(Submit::new(call, move |()| format!("{} is removed", person.name), move |()| people.remove(&id)))
    };
    view! {
        <ConfirmRoute
            title=title
            verb="Remove member"
            action=Action::RemoveMember
            confirm=confirm
            page=move |()| filter.page(here)
        >
            "They lose access immediately and their API keys for this team stop working. Rotate any secrets they had access to. They need an invitation to come back."
        </ConfirmRoute>
    }
}
