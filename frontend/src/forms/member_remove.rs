//! Removing a member: access and their API keys in this team end at once.

use super::member_role::member;
use crate::{
    api,
    layout::trouble::Trouble,
    pages::team::members::Roster,
    state::{announce, form::Form, go, workspace},
    ui::{confirm::Confirm, dialog},
};
use guildhall_shared::Action;
use leptos::prelude::*;

#[component]
pub fn MemberRemove() -> impl IntoView {
    let here = workspace::around();
    let roster = use_context::<Roster>();
    let (person, _) = member(roster);
    let form = Form::new(&[]);
    let home = move || {
        if let Some(roster) = roster {
            go::within(&roster.home());
        }
    };
    let title = Signal::derive(move || match person.get() {
        Some(person) => format!("Remove {} from the team?", person.name),
        None => "Remove this member?".to_owned(),
    });
    let remove = Callback::new(move |()| {
        let Some(person) = person.get_untracked() else { return home() };
        let (team, id) = (here.now().id, person.member.user_id);
        form.send(async move { api::member::remove(&team, id).await }, move |()| {
            announce::say(format!("{} is removed", person.name));
            dialog::close_top();
            if let Some(roster) = roster {
                roster.remove(id);
            }
        });
    });
    view! {
        <Confirm title=title verb="Remove member" busy=form.busy refused=here.refusal(Action::RemoveMember) on_confirm=remove on_close=move |()| home()>
            <p class="lead">
                "They lose access immediately and their API keys for this team stop working. Rotate any secrets they had access to. They need an invitation to come back."
            </p>
            <Trouble failure=here.trouble(Action::RemoveMember, form.failure) />
        </Confirm>
    }
}
