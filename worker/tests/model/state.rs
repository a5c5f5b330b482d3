//! What the model knows: accounts and teams as plain maps, and the same read out of the primaries.

use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, Role, SessionId, TeamId, Timestamp, id::LinkId, role::Scope,
};
use guildhall_worker::{
    auth::secret::Installation,
    domain::{confirmation::DUE_EMAIL, invitation::State as Stage, team::Command as TeamCommand},
    object::{Command, ObjectName},
    store::{Effect, key, memory::World},
};
use std::{collections::BTreeMap, rc::Rc};

/// Something that the model takes as it finds it: times, mostly. It makes no two states differ.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found<T>(pub T);

impl<T> PartialEq for Found<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub accounts: BTreeMap<AccountId, Account>,
    pub teams: BTreeMap<TeamId, Team>,
    /// Teams that an account has committed itself to and that are still on their way.
    pub soon: BTreeMap<TeamId, Team>,
    /// Names that were given up: whose they were, and until when they stay reserved.
    pub retired: BTreeMap<String, (TeamId, Found<Timestamp>)>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    pub username: String,
    pub email: String,
    pub is_held: bool,
    pub is_confirmed: bool,
    pub first_name: String,
    pub workspace: Option<TeamId>,
    pub created: Found<Timestamp>,
    /// When the claim on an unconfirmed email lapses.
    pub lapses: Found<Option<Timestamp>>,
    pub sessions: BTreeMap<SessionId, Session>,
    /// The confirmation link that was mailed last.
    pub link: Option<LinkId>,
    pub link_expires: Found<Timestamp>,
    pub resent: Found<Vec<Timestamp>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Session {
    pub proved: Found<Timestamp>,
    pub expires: Found<Timestamp>,
    pub team: Found<Option<TeamId>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    pub name: String,
    pub namespace: String,
    pub bio: String,
    pub is_private: bool,
    pub owner: AccountId,
    pub members: BTreeMap<AccountId, Role>,
    /// The version of each.
    pub secrets: BTreeMap<String, u64>,
    pub invitations: BTreeMap<InvitationId, Invitation>,
    pub keys: BTreeMap<ApiKeyId, Key>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    pub email: String,
    pub is_admin: bool,
    pub stage: Stage,
    pub link: LinkId,
    pub expires: Found<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub name: String,
    pub maker: AccountId,
    pub scopes: Vec<Scope>,
    pub expires: Found<Option<Timestamp>>,
}

impl Team {
    /// As it is made.
    pub fn fresh(namespace: &str, owner: AccountId, is_private: bool) -> Self {
        Self {
            name: namespace.to_owned(),
            namespace: namespace.to_owned(),
            bio: String::new(),
            is_private,
            owner,
            members: BTreeMap::from([(owner, Role::Owner)]),
            secrets: BTreeMap::new(),
            invitations: BTreeMap::new(),
            keys: BTreeMap::new(),
        }
    }
}

impl Invitation {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.stage == Stage::Pending && self.expires.0 > now
    }
}

impl State {
    /// Everything that stands in the primaries.
    pub fn of(world: &Rc<World>) -> Self {
        let mut state = Self::default();
        for name in world.object_names() {
            state.see(world, &name);
        }
        state
    }

    /// Reads one object anew.
    pub fn see(&mut self, world: &Rc<World>, object: &ObjectName) {
        match object {
            ObjectName::Account(id) => match account(world, *id) {
                Some(account) => drop(self.accounts.insert(*id, account)),
                None => drop(self.accounts.remove(id)),
            },
            ObjectName::Team(id) => match team(world, *id) {
                Some(team) => drop(self.teams.insert(*id, team)),
                None => drop(self.teams.remove(id)),
            },
            ObjectName::Email(_) | ObjectName::Namespace(_) | ObjectName::Address(_) => {}
        }
    }

    /// Reads these objects anew, and what the accounts among them have promised.
    #[must_use]
    pub fn seen_again(&self, world: &Rc<World>, objects: &[ObjectName]) -> Self {
        let mut seen = self.clone();
        for object in objects {
            seen.see(world, object);
            if let ObjectName::Account(id) = object {
                for (team, namespace, is_private) in promised(world, *id) {
                    if !seen.teams.contains_key(&team) {
                        seen.soon.insert(team, Team::fresh(&namespace, *id, is_private));
                    }
                }
            }
        }
        seen.forget_workspaces();
        seen
    }

    /// A private workspace goes with its account, sooner or later.
    pub fn forget_workspaces(&mut self) {
        let Self { accounts, teams, soon, .. } = self;
        let stays = |team: &Team| !team.is_private || accounts.contains_key(&team.owner);
        teams.retain(|_, team| stays(team));
        soon.retain(|_, team| stays(team));
    }

    /// Takes in the teams that have arrived, and says which differ from what was promised.
    pub fn arrive(&mut self, world: &Rc<World>) -> Vec<TeamId> {
        let mut wrong = vec![];
        for (id, promised) in self.soon.clone() {
            if let Some(team) = team(world, id) {
                if team != promised {
                    wrong.push(id);
                }
                self.teams.insert(id, team);
                self.soon.remove(&id);
            }
        }
        wrong
    }

    /// Whether the same stands in both.
    pub fn is_as(&self, other: &Self) -> bool {
        self.accounts == other.accounts && self.teams == other.teams && self.soon == other.soon
    }

    pub fn account_named(&self, username: &str) -> Option<(AccountId, &Account)> {
        self.accounts.iter().find(|(_, account)| account.username == username).map(|(id, account)| (*id, account))
    }

    /// Whether somebody else has this name, or has it reserved.
    pub fn is_name_taken(&self, name: &str, by_other_than: Option<TeamId>, now: Timestamp) -> bool {
        self.accounts.values().any(|account| account.username == name)
            || self
                .teams
                .iter()
                .chain(&self.soon)
                .any(|(id, team)| team.namespace == name && Some(*id) != by_other_than)
            || self.retired.get(name).is_some_and(|(team, until)| until.0 > now && Some(*team) != by_other_than)
    }

    pub fn is_email_taken(&self, email: &str, by_other_than: Option<AccountId>) -> bool {
        self.accounts
            .iter()
            .any(|(id, account)| account.is_held && account.email == email && Some(*id) != by_other_than)
    }
}

fn account(world: &Rc<World>, id: AccountId) -> Option<Account> {
    world.look(&ObjectName::Account(id), |draft| {
        let record = draft.get(&key::account(id))?;
        let sessions = draft.scan(&key::sessions(id)).into_iter().map(|(_, session)| {
            let shown = Session {
                proved: Found(session.proved),
                expires: Found(session.expires),
                team: Found(Some(session.team)),
            };
            (session.id, shown)
        });
        let link = draft.scan(&key::mailed_links()).into_iter().next();
        Some(Account {
            username: record.username,
            email: record.email,
            is_held: record.email_held,
            is_confirmed: record.confirmed.is_some(),
            first_name: record.first_name,
            workspace: Some(record.workspace),
            created: Found(record.created),
            lapses: Found(draft.get(&key::due(DUE_EMAIL)).map(|due| due.at)),
            sessions: sessions.collect(),
            link: link.as_ref().map(|(id, _)| id.parse().unwrap()),
            link_expires: Found(link.map(|(_, link)| link.expires).unwrap_or_default()),
            resent: Found(draft.get(&key::count("resend")).unwrap_or_default().times),
        })
    })
}

fn team(world: &Rc<World>, id: TeamId) -> Option<Team> {
    world.look(&ObjectName::Team(id), |draft| {
        let record = draft.get(&key::team(id))?;
        let invitations = draft.scan(&key::invitations(id)).into_iter().map(|(_, record)| {
            let shown = Invitation {
                email: record.email,
                is_admin: record.is_admin,
                stage: record.state,
                link: record.link,
                expires: Found(record.expires),
            };
            (record.id, shown)
        });
        let keys = draft.scan(&key::api_keys(id)).into_iter().map(|(_, record)| {
            let shown =
                Key { name: record.name, maker: record.maker, scopes: record.scopes, expires: Found(record.expires) };
            (record.id, shown)
        });
        Some(Team {
            name: record.name,
            namespace: record.namespace,
            bio: record.bio,
            is_private: record.private,
            owner: record.owner,
            members: draft
                .scan(&key::members(id))
                .into_iter()
                .map(|(_, member)| (member.account, member.role))
                .collect(),
            secrets: draft.scan(&key::secrets(id)).into_iter().map(|(name, secret)| (name, secret.version)).collect(),
            invitations: invitations.collect(),
            keys: keys.collect(),
        })
    })
}

/// The teams that an account's links call made, and which the account made itself.
fn promised(world: &Rc<World>, id: AccountId) -> Vec<(TeamId, String, bool)> {
    let made: Vec<TeamId> = world.look(&ObjectName::Account(id), |draft| {
        let links = draft.scan(&key::links()).into_iter().filter(|(_, link)| link.made);
        links.map(|(team, _)| team.parse().unwrap()).collect()
    });
    let pending = world.look(&ObjectName::Account(id), |draft| draft.scan(&key::pendings()));
    let mut promised = vec![];
    for id in made {
        let standing = world.look(&ObjectName::Team(id), |draft| draft.get(&key::team(id)));
        let on_its_way = pending.iter().find_map(|(_, row)| match &row.effect {
            Effect::Call(ObjectName::Team(to), command) if *to == id => match &**command {
                Command::Team(TeamCommand::Create { namespace, private, .. }) => Some((namespace.clone(), *private)),
                _ => None,
            },
            _ => None,
        });
        let standing = standing.map(|team| (team.namespace, team.private));
        promised.extend(standing.or(on_its_way).map(|(namespace, private)| (id, namespace, private)));
    }
    promised
}

/// The object of an email.
pub fn email_object(email: &str) -> ObjectName {
    ObjectName::Email(Installation::fixed().blind("email", &email.to_lowercase()))
}

/// Which account the email's object has, kept or only claimed.
pub fn holder_of(world: &Rc<World>, email: &str) -> Option<AccountId> {
    world.look(&email_object(email), |draft| draft.get(&key::email())).map(|record| record.account)
}

/// How many attempts at the email's password count now.
pub fn attempts_at(world: &Rc<World>, email: &str) -> usize {
    let record = world.look(&email_object(email), |draft| draft.get(&key::attempts())).unwrap_or_default();
    record.times.iter().filter(|at| world.now().since(**at) < 15 * 60_000).count()
}

/// The revision that `If-Match` refers to.
pub fn revision_of(world: &Rc<World>, team: TeamId, secret: Option<&str>) -> Option<u64> {
    world.look(&ObjectName::Team(team), |draft| match secret {
        Some(name) => draft.versioned(&key::secret(team, name)).map(|(revision, _)| revision),
        None => draft.versioned(&key::team(team)).map(|(revision, _)| revision),
    })
}
