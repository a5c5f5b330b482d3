//! What the page of members and its forms share: the people of the team, and the filter.

use super::api;
use crate::{
    link,
    state::{
        long_list::{Asked, LongList},
        query::{Load, Query},
        resource_list::{Resource, ResourceList},
        workspace::Here,
    },
};
use guildhall_shared::{
    AccountId, Role,
    member::{TeamMember, searched, shown_name},
    path,
    text::{lower, percent_encoded},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// A member with what sorting and filtering ask for, worked out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub member: TeamMember,
    pub name: String,
    pub role: Role,
    /// Everything a filter looks at, in lower case: what the server's search does.
    pub words: String,
    pub order: String,
}

impl Person {
    pub fn new(member: TeamMember) -> Self {
        let name = shown_name(&member.user.first_name, &member.user.last_name, &member.user.username);
        let role = match (member.is_owner, member.is_admin) {
            (true, _) => Role::Owner,
            (false, true) => Role::Admin,
            (false, false) => Role::Member,
        };
        let words = searched(&name, &member.user.username, &member.email);
        let order = lower(&name);
        Self { member, name, role, words, order }
    }
}

impl Resource for Person {
    type Key = AccountId;

    fn key(&self) -> AccountId {
        self.member.user_id
    }
}

/// The people of the team, by name.
pub fn people(here: Here) -> LongList<Person> {
    LongList::new(
        // An admin is told more of them.
        move || (here.role(), here.id()),
        Asked::by("name"),
        |(_, team), asked| format!("{}?{asked}", path::team_members(team)),
        Person::new,
    )
}

/// The person whom a form over the page is about, and whether they may still come: out of the list, or asked for alone
/// where the list is a part of the people and does not have them.
pub fn person(here: Here, id: Memo<Option<AccountId>>) -> (Memo<Option<Arc<Person>>>, Signal<bool>) {
    let people = ResourceList::<Person>::around();
    let of_list = Memo::new(move |_| people.get(&id.get()?));
    let missing = Memo::new(move |_| id.get().filter(|_| !people.is_coming() && of_list.read().is_none()));
    let alone = Query::new(
        move || (here.id(), missing.get()),
        |(team, id), abort| async move {
            match id {
                Some(id) => api::get(&team, id, &abort).await.map(|member| Some(Arc::new(Person::new(member)))),
                None => Ok(None),
            }
        },
    );
    let person = Memo::new(move |_| {
        of_list.get().or_else(|| match &*alone.load.read() {
            Load::Ready(person) => person.clone().filter(|person| Some(person.key()) == id.get()),
            Load::Waiting | Load::Failed(_) => None,
        })
    });
    let coming = move || people.is_coming() || missing.get().is_some() && matches!(*alone.load.read(), Load::Waiting);
    (person, Signal::derive(coming))
}

/// The words and the role that the table of people is filtered by. The URL has them too, once typing pauses.
#[derive(Clone, Copy)]
pub struct Filter {
    pub words: RwSignal<String>,
    /// Empty for all roles.
    pub role: RwSignal<String>,
}

impl Filter {
    fn of(words: Option<String>, role: Option<String>) -> Self {
        let role = role.filter(|role| ["owner", "admin", "member"].contains(&role.as_str()));
        Self { words: RwSignal::new(words.unwrap_or_default()), role: RwSignal::new(role.unwrap_or_default()) }
    }

    /// Begins with what the URL has, and gives it down to the forms over the page.
    pub fn provide() -> Self {
        let query = use_query_map();
        let query = query.read_untracked();
        let filter = Self::of(query.get("q"), query.get("role"));
        provide_context(filter);
        filter
    }

    /// The filter of the page below.
    pub fn around() -> Self {
        use_context().unwrap_or_else(|| Self::of(None, None))
    }

    pub fn clear(self) {
        self.words.set(String::new());
        self.role.set(String::new());
    }

    /// Whether everybody is shown.
    pub fn is_empty(self) -> bool {
        self.words.read().is_empty() && self.role.read().is_empty()
    }

    /// The page without a form over it, with its filter.
    pub fn page(self, here: Here) -> String {
        let parts = [("q", self.words.get_untracked()), ("role", self.role.get_untracked())];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", percent_encoded(value)))
            .collect();
        let path = link::members(here.now().namespace);
        if parts.is_empty() { path } else { format!("{path}?{}", parts.join("&")) }
    }
}
