//! What the model knows: accounts and teams as plain maps.

use crate::{factor::Factor, found, take_back::Added};
use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, Role, SessionId, SshKeyId, TeamId, Timestamp,
    id::{DeviceId, LinkId},
    role::Scope,
    timestamp::MINUTE,
};
use guildhall_worker::{
    features::{invitations::record::State as Stage, teams::record::Holder},
    object::ObjectName,
    store::memory::World,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

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
    pub retired: BTreeMap<String, (Holder, Found<Timestamp>)>,
    /// Names that nobody has again, for their holder was erased.
    pub reserved: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    pub username: String,
    pub email: String,
    pub is_held: bool,
    pub is_confirmed: bool,
    pub first_name: String,
    pub theme: String,
    pub password: &'static str,
    pub workspace: Option<TeamId>,
    pub created: Found<Timestamp>,
    /// When the claim on an unconfirmed email lapses.
    pub lapses: Found<Option<Timestamp>>,
    pub sessions: BTreeMap<SessionId, Session>,
    /// The confirmation link that was mailed last.
    pub link: Option<LinkId>,
    pub link_expires: Found<Timestamp>,
    /// What counts of each budget, by its name.
    pub spent: Found<BTreeMap<String, Vec<Timestamp>>>,
    /// Browsers that it knows, and when each was seen.
    pub devices: BTreeMap<DeviceId, Found<Timestamp>>,
    /// Wrong passwords by the browser or the session that they came from.
    pub wrong: Found<BTreeMap<String, Vec<Timestamp>>>,
    /// The email that waits to be confirmed.
    pub pending: Option<Pending>,
    /// Former emails, under the links that put them back.
    pub former: BTreeMap<LinkId, Former>,
    /// Links to choose a password, and the one that ends a lock: they come after the answer.
    pub resets: Found<BTreeMap<LinkId, Timestamp>>,
    pub unlocks: Found<BTreeMap<LinkId, Timestamp>>,
    /// Links of the news that something was added.
    pub added: Found<BTreeMap<LinkId, Added>>,
    /// A team that lets the account go clears it, sooner or later.
    pub default_team: Found<Option<TeamId>>,
    /// Newest first.
    pub ssh_keys: Vec<(SshKeyId, String, Found<Timestamp>)>,
    pub factor: Factor,
    /// When its person left, and the link that brings it back.
    pub deactivated: Option<Found<Timestamp>>,
    pub come_back: Option<(LinkId, Found<Timestamp>)>,
    /// Keyed hashes of emails that it once had.
    pub past_emails: Found<BTreeSet<String>>,
    /// The number of the newest line in its log.
    pub logged: Found<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Session {
    pub proved: Found<Timestamp>,
    /// When a second factor was proved in it.
    pub factor: Found<Option<Timestamp>>,
    pub expires: Found<Timestamp>,
    pub team: Found<Option<TeamId>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    pub email: String,
    pub link: LinkId,
    pub expires: Found<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Former {
    pub email: String,
    pub since: Found<Timestamp>,
    pub until: Found<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// A private workspace is called what its account is, sooner or later; the model has no name for it.
    pub name: String,
    pub namespace: String,
    pub bio: String,
    pub is_private: bool,
    pub owner: AccountId,
    pub members: BTreeMap<AccountId, Role>,
    /// The members' emails as the team has heard of them.
    pub emails: Found<BTreeMap<AccountId, String>>,
    /// Members who have left, as the team has heard of them.
    pub left: Found<BTreeSet<AccountId>>,
    /// The version of each.
    pub secrets: BTreeMap<String, u64>,
    /// What counts of each budget, by its name.
    pub spent: Found<BTreeMap<String, Vec<Timestamp>>>,
    pub invitations: BTreeMap<InvitationId, Invitation>,
    pub keys: BTreeMap<ApiKeyId, Key>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    pub email: String,
    pub maker: AccountId,
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
    pub created: Found<Timestamp>,
    pub expires: Found<Option<Timestamp>>,
}

impl Session {
    /// Whether a second factor was proved in it of late.
    pub fn has_factor(&self, now: Timestamp) -> bool {
        self.factor.0.is_some_and(|proved| now.since(proved) <= 15 * MINUTE)
    }
}

impl Account {
    /// Every email that is its own, for one reason or another.
    pub fn emails(&self) -> BTreeSet<&str> {
        let own = self.is_held.then_some(&self.email);
        let former = self.former.values().map(|former| &former.email);
        own.into_iter()
            .chain(self.pending.as_ref().map(|pending| &pending.email))
            .chain(former)
            .map(String::as_str)
            .collect()
    }
}

impl Team {
    /// As it is made.
    pub fn fresh(namespace: &str, owner: AccountId, is_private: bool) -> Self {
        let name = if is_private { "" } else { namespace };
        Self {
            name: name.to_owned(),
            namespace: name.to_owned(),
            bio: String::new(),
            is_private,
            owner,
            members: BTreeMap::from([(owner, Role::Owner)]),
            emails: Found::default(),
            left: Found::default(),
            secrets: BTreeMap::new(),
            spent: Found::default(),
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
            ObjectName::Account(id) => match found::account(world, *id) {
                Some(account) => drop(self.accounts.insert(*id, account)),
                None => drop(self.accounts.remove(id)),
            },
            ObjectName::Team(id) => match found::team(world, *id) {
                Some(team) => drop(self.teams.insert(*id, team)),
                None => drop(self.teams.remove(id)),
            },
            ObjectName::Email(_) | ObjectName::Namespace(_) | ObjectName::Address(_) | ObjectName::Installation => {}
        }
    }

    /// Reads these objects anew, and what the accounts among them have promised.
    #[must_use]
    pub fn seen_again(&self, world: &Rc<World>, objects: &[ObjectName]) -> Self {
        let mut seen = self.clone();
        for object in objects {
            seen.see(world, object);
            if let ObjectName::Account(id) = object {
                for (team, namespace, is_private) in found::promised(world, *id) {
                    if !seen.teams.contains_key(&team) {
                        seen.soon.insert(team, Team::fresh(&namespace, *id, is_private));
                    }
                }
            }
        }
        seen.forget_workspaces();
        seen.forget_keys();
        // A team that was read says itself whether it has heard.
        seen.forget_invitations(|team| !objects.contains(&ObjectName::Team(*team)));
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
            if let Some(team) = found::team(world, id) {
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
        // A team hears sooner or later that somebody has left.
        let heard = |state: &Self| {
            let mut state = state.clone();
            state.forget_invitations(|_| true);
            state.teams
        };
        self.accounts == other.accounts && self.soon == other.soon && heard(self) == heard(other)
    }

    pub fn account_named(&self, username: &str) -> Option<(AccountId, &Account)> {
        self.accounts.iter().find(|(_, account)| account.username == username).map(|(id, account)| (*id, account))
    }

    /// What a team is called.
    pub fn name_of(&self, team: &Team) -> String {
        let of_owner = self.accounts.get(&team.owner).map(|account| account.username.clone());
        of_owner.filter(|_| team.is_private).unwrap_or_else(|| team.namespace.clone())
    }

    /// Whether somebody else has this name, or has it reserved.
    pub fn is_name_taken(&self, name: &str, by_other_than: Option<Holder>, now: Timestamp) -> bool {
        let is_other = |holder: Holder| Some(holder) != by_other_than;
        let mut teams = self.teams.iter().chain(&self.soon);
        self.accounts.iter().any(|(id, account)| account.username == name && is_other(Holder::Account(*id)))
            || teams.any(|(id, team)| team.namespace == name && is_other(Holder::Team(*id)))
            || self.reserved.contains(name)
            || self.retired.get(name).is_some_and(|(holder, until)| until.0 > now && is_other(*holder))
    }

    pub fn is_email_taken(&self, email: &str, by_other_than: Option<AccountId>) -> bool {
        self.accounts.iter().any(|(id, account)| account.emails().contains(email) && Some(*id) != by_other_than)
    }

    /// An email or a username that two accounts have.
    pub fn has_twice(&self) -> Option<String> {
        let mut names =
            self.accounts.values().flat_map(|account| account.emails().into_iter().chain([&*account.username]));
        let mut known: BTreeSet<&str> = BTreeSet::new();
        names.find(|name| !known.insert(name)).map(str::to_owned)
    }
}
