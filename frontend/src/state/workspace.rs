//! The workspace that the URL names, and what the person is in it.

use super::{follow::follow, session};
use guildhall_shared::{Action, Role, role, session::Membership, text::lower};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The id, which a rename leaves alone: what calls to the server name.
    pub id: String,
    pub name: String,
    pub namespace: String,
    pub is_private: bool,
    pub role: Role,
}

impl Default for Workspace {
    /// None: what stands until the first is known.
    fn default() -> Self {
        Self { id: String::new(), name: String::new(), namespace: String::new(), is_private: true, role: Role::Member }
    }
}

impl From<&Membership> for Workspace {
    fn from(membership: &Membership) -> Self {
        let Membership { is_admin, is_owner, team } = membership;
        let role = match (is_owner, is_admin) {
            (true, _) => Role::Owner,
            (false, true) => Role::Admin,
            (false, false) => Role::Member,
        };
        Self {
            id: team.id.to_string(),
            name: team.name.clone(),
            namespace: team.namespace.clone(),
            is_private: team.is_user_team,
            role,
        }
    }
}

impl Workspace {
    /// Why the person may not do this here; `None` where they may.
    pub fn refusal(&self, action: Action) -> Option<String> {
        match role::may(self.role, action) {
            role::Grant::Full | role::Grant::ByAssignment => None,
            role::Grant::None => Some(role::refusal(action).to_owned()),
        }
    }
}

/// Every workspace of the person, the private one first, then by name.
pub fn all() -> Vec<Workspace> {
    let Some(session) = session::session() else { return vec![] };
    let mut all: Vec<Workspace> = session.user.team_memberships.iter().map(Workspace::from).collect();
    all.sort_by_key(|workspace| (!workspace.is_private, lower(&workspace.name)));
    all
}

/// The workspace of the URL; `None` where the person is in none of that name.
pub fn here() -> Memo<Option<Workspace>> {
    let params = use_params_map();
    follow(move || {
        let namespace = params.read().get("namespace")?;
        all().into_iter().find(|workspace| workspace.namespace == namespace)
    })
}

/// Pages below a workspace: what `here` found, given down by the layout.
#[derive(Clone, Copy)]
pub struct Here(pub Memo<Workspace>);

/// The workspace around this component.
pub fn around() -> Here {
    match use_context::<Here>() {
        Some(here) => Here(follow(move || here.get())),
        None => Here(Memo::new(|_| Workspace::default())),
    }
}

impl Here {
    pub fn id(self) -> String {
        self.0.read().id.clone()
    }

    pub fn namespace(self) -> String {
        self.0.read().namespace.clone()
    }

    /// For the tab's title.
    pub fn place(self) -> Signal<String> {
        Signal::derive(move || self.namespace())
    }

    /// Why the person may not do this here.
    pub fn refusal(self, action: Action) -> Signal<Option<String>> {
        Signal::derive(move || self.0.read().refusal(action))
    }

    pub fn may(self, action: Action) -> bool {
        self.0.read().refusal(action).is_none()
    }

    pub fn get(self) -> Workspace {
        self.0.get()
    }

    /// Without listening for changes.
    pub fn now(self) -> Workspace {
        self.0.get_untracked()
    }
}
