//! What the page and its forms share: the people of a team, its pending invitations, and the filter.

use crate::{
    api::{self, Answer},
    link,
    state::{
        resource_list::{Resource, ResourceList},
        workspace::Here,
    },
};
use guildhall_shared::{
    AccountId, Action, InvitationId, Role, invitation::Invitation, member::TeamMember, text::lower,
};
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

/// The word for a role that stands in sentences and tables.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Member => "Member",
    }
}

impl Resource for Person {
    type Key = AccountId;

    fn key(&self) -> AccountId {
        self.member.user_id
    }
}

impl Resource for Invitation {
    type Key = InvitationId;

    fn key(&self) -> InvitationId {
        self.id
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
                Some(next) => api::member::page(&next, &abort).await?,
                None => api::member::list(&team, &abort).await?,
            };
            Ok(Answer { value: value.into_iter().map(Person::new).collect(), etag, next })
        },
    )
}

/// The pending invitations, for those who may see them.
pub fn invitations(here: Here) -> ResourceList<Invitation> {
    ResourceList::new(
        move || here.may(Action::ReadInvitations).then(|| here.id()),
        false,
        |team, _, abort| async move {
            let value = match team {
                Some(team) => api::invitation::list(team, abort).await?,
                None => vec![],
            };
            Ok(Answer { value, etag: None, next: None })
        },
    )
}

/// Puts new invitations in. One to the same address takes the place of the old one.
pub fn add_invitations(list: ResourceList<Invitation>, new: Vec<Invitation>) {
    let emails: Vec<String> = new.iter().map(|invitation| invitation.email.clone()).collect();
    list.add_in_place_of(new, |old| emails.iter().any(|email| email.eq_ignore_ascii_case(&old.email)));
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
