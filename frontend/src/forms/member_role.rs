//! Changing a member's role.

use super::invite::role_picks;
use crate::{
    api,
    layout::trouble::Trouble,
    pages::team::members::{Person, Roster},
    state::{announce, form::Form, go, query::Load, workspace},
    ui::{
        button::{Button, Look},
        choice::Choice,
        dialog::{Dialog, closer},
        skeleton::FormSkeleton,
    },
};
use guildhall_shared::Action;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

/// The member whom the URL names, once the roster has them; and whether it is still coming.
pub fn member(roster: Option<Roster>) -> (Memo<Option<Arc<Person>>>, Signal<bool>) {
    let params = use_params_map();
    let person = Memo::new(move |_| {
        let id = params.read().get("user")?;
        roster?.people.find(|person| person.member.user_id.as_str() == id)
    });
    let coming = Signal::derive(move || {
        roster.is_some_and(|roster| matches!(*roster.people.load.read(), Load::Waiting) || roster.people.busy.get())
    });
    (person, coming)
}

#[component]
pub fn MemberRole() -> impl IntoView {
    let roster = use_context::<Roster>();
    let (person, coming) = member(roster);
    let close = move |()| {
        if let Some(roster) = roster {
            go::within(&roster.home());
        }
    };
    let title = Signal::derive(move || match person.get() {
        Some(person) => format!("Change the role of {}", person.name),
        None => "Change role".to_owned(),
    });
    let inside = move || {
        (move || match (person.get(), coming.get()) {
            (Some(person), _) => view! { <Inside person=person roster=roster /> }.into_any(),
            (None, true) => view! { <FormSkeleton fields=2 /> }.into_any(),
            (None, false) => view! { <p class="lead">"This person is not in the team any more."</p> }.into_any(),
        })
        .into_any()
    };
    view! { <Dialog title=title on_close=close children=ToChildren::to_children(inside) /> }
}

#[component]
fn Inside(person: Arc<Person>, roster: Option<Roster>) -> impl IntoView {
    let here = workspace::around();
    let dialog = closer();
    let form = Form::new(&["isAdmin"]);
    let role = RwSignal::new(if person.role.is_admin() { "admin" } else { "member" }.to_owned());
    let (id, name) = (person.member.user_id, StoredValue::new(person.name.clone()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let admin = role.get_untracked() == "admin";
        let team = here.now().id;
        form.send(async move { api::member::update(&team, id, admin).await }, move |member| {
            let word = if member.is_admin { "an admin" } else { "a member" };
            announce::say(format!("{} is now {word}", name.get_value()));
            dialog.close();
            if let Some(roster) = roster {
                roster.replace(member);
            }
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <Choice label="Role" name="role" value=role picks=role_picks() autofocus=true />
            <Trouble failure=here.trouble(Action::ChangeRole, form.failure) />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy refused=here.refusal(Action::ChangeRole)>"Change role"</Button>
            </div>
        </form>
    }
}
