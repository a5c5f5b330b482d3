//! What the page of members and its forms share: the people of the team, and the filter.

use super::api;
use crate::{
    api::Answer,
    link,
    state::{
        resource_list::{Resource, ResourceList},
        workspace::Here,
    },
};
use guildhall_shared::{AccountId, Role, member::TeamMember, text::lower};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A member with what sorting and filtering ask for, worked out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub member: TeamMember,
    pub name: String,
    pub role: Role,
    /// Everything a filter looks at, in lower case.
    pub words: String,
    pub order: String,
}

impl Person {
    pub fn new(member: TeamMember) -> Self {
        let full = format!("{} {}", member.user.first_name, member.user.last_name);
        let name = if full.trim().is_empty() { member.user.username.clone() } else { full.trim().to_owned() };
        let role = match (member.is_owner, member.is_admin) {
            (true, _) => Role::Owner,
            (false, true) => Role::Admin,
            (false, false) => Role::Member,
        };
        let state = if member.is_deactivated { "deactivated" } else { "" };
        let words = format!("{name} {} {} {} {state}", member.user.username, member.email, role.as_str());
        let words = lower(words.trim_end());
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

/// Everybody in the team.
pub fn people(here: Here) -> ResourceList<Person> {
    ResourceList::new(
        move || {
            // An admin is told more of them.
            here.role();
            here.id()
        },
        true,
        |team, next, abort| async move {
            let Answer { value, etag, next } = match next {
                Some(next) => api::page(&next, &abort).await?,
                None => api::list(&team, &abort).await?,
            };
            Ok(Answer { value: value.into_iter().map(Person::new).collect(), etag, next })
        },
    )
}

/// The words that the table of people is filtered by. The URL has them too, once typing pauses.
#[derive(Clone, Copy)]
pub struct Filter(pub RwSignal<String>);

impl Filter {
    /// Begins with what the URL has, and gives it down to the forms over the page.
    pub fn provide() -> Self {
        let query = use_query_map();
        let filter = Self(RwSignal::new(query.read_untracked().get("q").unwrap_or_default()));
        provide_context(filter);
        filter
    }

    /// The filter of the page below.
    pub fn around() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::default()))
    }

    /// The page without a form over it, with its filter.
    pub fn page(self, here: Here) -> String {
        let path = link::members(here.now().namespace);
        match self.0.get_untracked() {
            filter if filter.is_empty() => path,
            filter => format!("{path}?q={}", js_sys::encode_uri_component(&filter)),
        }
    }
}
