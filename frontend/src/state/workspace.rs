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

fn refusal(role: Role, action: Action) -> Option<String> {
    match role::may(role, action) {
        role::Grant::Full | role::Grant::ByAssignment => None,
        role::Grant::None => Some(role::refusal(action).to_owned()),
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

/// What `here` found, as the route of a workspace gives it down.
#[derive(Clone, Copy)]
struct Found(Memo<Workspace>);

/// Gives the workspace down to the pages below.
pub fn provide(workspace: Memo<Workspace>) {
    provide_context(Found(workspace));
}

/// The workspace around a page.
///
/// Each fact is a memo of its own, and none is made of another. An effect that listens to a memo and to a second one
/// made of it may miss a change: with `reactive_graph` 0.2, looking whether the second has changed works out the first,
/// which does not mark the effect that looks, and then counts as unchanged.
#[derive(Clone, Copy)]
pub struct Here {
    whole: Memo<Workspace>,
    id: Memo<String>,
    name: Memo<String>,
    namespace: Memo<String>,
    is_private: Memo<bool>,
    role: Memo<Role>,
}

/// The workspace around this component.
pub fn around() -> Here {
    let whole = use_context::<Found>().map_or_else(|| Memo::new(|_| Workspace::default()), |Found(whole)| whole);
    Here {
        whole,
        id: follow(move || whole.read().id.clone()),
        name: follow(move || whole.read().name.clone()),
        namespace: follow(move || whole.read().namespace.clone()),
        is_private: follow(move || whole.read().is_private),
        role: follow(move || whole.read().role),
    }
}

impl Here {
    pub fn id(self) -> String {
        self.id.get()
    }

    pub fn name(self) -> String {
        self.name.get()
    }

    pub fn namespace(self) -> String {
        self.namespace.get()
    }

    pub fn is_private(self) -> bool {
        self.is_private.get()
    }

    pub fn role(self) -> Role {
        self.role.get()
    }

    /// For the tab's title.
    pub fn place(self) -> Signal<String> {
        self.namespace.into()
    }

    /// Why the person may not do this here, as it is now and as it changes.
    pub fn refusal(self, action: Action) -> Signal<Option<String>> {
        Signal::derive(move || self.why(action))
    }

    /// As `refusal`, for what listens itself.
    pub fn why(self, action: Action) -> Option<String> {
        refusal(self.role.get(), action)
    }

    pub fn may(self, action: Action) -> bool {
        self.why(action).is_none()
    }

    /// Without listening for changes.
    pub fn now(self) -> Workspace {
        self.whole.get_untracked()
    }
}

/// Why the person may not do what something is for; nothing where that is open to everybody who sees it.
pub fn refusal_of(action: Option<Action>) -> Signal<Option<String>> {
    action.map(|action| around().refusal(action)).unwrap_or_default()
}
