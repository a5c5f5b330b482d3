//! The people of a team and its pending invitations, as this page and its forms share them.

use crate::{
    api::{self, Answer},
    link,
    state::{
        query::{Load, Pages, Query},
        workspace::Here,
    },
};
use guildhall_shared::{
    AccountId, Action, InvitationId, Role, invitation::Invitation, member::TeamMember, text::lower,
};
use leptos::prelude::*;

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

#[derive(Clone, Copy)]
pub struct Roster {
    here: Here,
    pub people: Pages<Person>,
    pub invitations: Query<Vec<Invitation>>,
    /// The row that has just changed.
    pub changed: RwSignal<Option<String>>,
    pub filter: RwSignal<String>,
    /// The invitations that were sent again just now: asked for anew, their rows are others.
    pub resent: RwSignal<Vec<InvitationId>>,
}

impl Roster {
    pub fn new(here: Here) -> Self {
        let people = Pages::new(
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
        );
        let invitations = Query::new(
            move || here.may(Action::ReadInvitations).then(|| here.id()),
            |team, abort| async move {
                match team {
                    Some(team) => api::invitation::list(team, abort).await,
                    None => Ok(vec![]),
                }
            },
        );
        Self {
            here,
            people,
            invitations,
            changed: RwSignal::new(None),
            filter: RwSignal::new(String::new()),
            resent: RwSignal::default(),
        }
    }

    /// How many people, once all of them are here.
    pub fn count(self) -> Option<usize> {
        match &*self.people.load.read() {
            Load::Ready(rows) if !self.people.busy.get() => Some(rows.len()),
            Load::Ready(_) | Load::Waiting | Load::Failed(_) => None,
        }
    }

    /// The page without a form over it, with its filter.
    pub fn home(self) -> String {
        let path = link::members(self.here.now().namespace);
        match self.filter.get_untracked() {
            filter if filter.is_empty() => path,
            filter => format!("{path}?q={}", js_sys::encode_uri_component(&filter)),
        }
    }

    pub fn replace(self, member: TeamMember) {
        let id = member.user_id;
        self.changed.set(Some(id.to_string()));
        self.people.change(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.member.user_id == id) {
                *row = Person::new(member).into();
            }
        });
    }

    pub fn remove(self, id: AccountId) {
        self.changed.set(None);
        self.people.change(|rows| rows.retain(|row| row.member.user_id != id));
    }

    pub fn add_invitations(self, more: Vec<Invitation>) {
        self.changed.set(more.first().map(|invitation| invitation.id.to_string()));
        self.invitations.load.update(|load| {
            if let Load::Ready(pending) = load {
                // A new invitation to the same address takes the place of the old one.
                pending.retain(|old| !more.iter().any(|new| new.email.eq_ignore_ascii_case(&old.email)));
                pending.splice(0..0, more);
            }
        });
    }

    pub fn remove_invitation(self, id: InvitationId) {
        self.changed.set(None);
        self.invitations.load.update(|load| {
            if let Load::Ready(pending) = load {
                pending.retain(|invitation| invitation.id != id);
            }
        });
    }
}
