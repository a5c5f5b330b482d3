//! Changing a member's role.

use super::{
    api,
    roles::role_picks,
    roster::{self, Filter, Person},
};
use crate::{
    blocks::form_dialog::DialogForm,
    state::{
        form::{Form, Submit},
        go,
        param::param,
        resource_list::ResourceList,
        workspace,
    },
    ui::{choice::Choice, dialog::Dialog, skeleton::FormSkeleton},
};
use guildhall_shared::{AccountId, Action};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn MemberRole() -> impl IntoView {
    let here = workspace::around();
    let people = ResourceList::<Person>::around();
    let filter = Filter::around();
    let id = param::<AccountId>("user");
    let (person, coming) = roster::person(here, id);
    let title = Signal::derive(move || match person.get() {
        Some(person) => format!("Change the role of {}", person.name),
        None => "Change role".to_owned(),
    });
    let inside = move || {
        (move || match (person.get(), coming.get()) {
            (Some(person), _) => view! { <Inside person=person people=people /> }.into_any(),
            (None, true) => view! { <FormSkeleton fields=2 /> }.into_any(),
            (None, false) => view! { <p class="lead">"This person is not in the team any more."</p> }.into_any(),
        })
        .into_any()
    };
    view! { <Dialog title=title on_close=move |()| go::within(&filter.page(here)) children=ToChildren::to_children(inside) /> }
}

#[component]
fn Inside(person: Arc<Person>, people: ResourceList<Person>) -> impl IntoView {
    let here = workspace::around();
    let form = Form::new(&["isAdmin"]);
    let role = RwSignal::new(if person.role.is_admin() { "admin" } else { "member" }.to_owned());
    let submit = move |()| {
        let (team, id, name) = (here.now().id, person.member.user_id, person.name.clone());
        let is_admin = role.get_untracked() == "admin";
        let call = async move { api::update(&team, id, is_admin).await };
        Some(Submit::new(
            call,
            move |member| format!("{name} is now {}", if member.is_admin { "an admin" } else { "a member" }),
            move |member| people.put(Person::new(member)),
        ))
    };
    view! {
        <DialogForm form=form verb="Change role" action=Action::ChangeRole submit=submit>
            <Choice label="Role" name="role" value=role picks=role_picks() autofocus=true />
        </DialogForm>
    }
}
