//! A team: its making, its profile, and what the namespace and the account ask of it.

use super::{
    Context,
    access::permit,
    account::Profile,
    api_key, audit, budget, deactivation, erasure,
    member::{BelongsRecord, MemberRecord},
    secret,
};
use crate::{
    error::Refusal,
    json,
    object::{ObjectName, Origin},
    store::{Draft, Effect, Rank, Record, key},
};
use guildhall_shared::{
    AccountId, Action, Issue, Role, TeamId, Timestamp,
    auth::field,
    id::AttemptId,
    name::{self, DisplayName, Namespace},
    team::{Team, TeamPatch},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRecord {
    pub id: TeamId,
    pub name: String,
    pub namespace: String,
    pub bio: String,
    pub location: String,
    pub website: String,
    /// Whether it is an account's private workspace.
    pub private: bool,
    pub owner: AccountId,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// The attempt of its owner to leave, for which nobody may come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<AttemptId>,
}

impl Record for TeamRecord {
    const VERSION: u8 = 1;
    const RANK: Option<Rank> = Some(Rank::Roster);
}

impl From<TeamRecord> for Team {
    fn from(record: TeamRecord) -> Self {
        let TeamRecord { id, name, namespace, bio, location, website, private, owner: _, created, modified, closed: _ } =
            record;
        Self {
            id,
            name,
            namespace,
            bio,
            location,
            website,
            is_private: private,
            dt_created: created,
            dt_modified: modified,
        }
    }
}

/// A team with the revision that `If-Match` refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revised<T> {
    pub revision: u64,
    pub value: T,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// From the account object. Again is as good as once; from another account it is refused.
    Create {
        name: String,
        namespace: String,
        private: bool,
        owner: AccountId,
        profile: Box<Profile>,
        /// Where it was asked for; not in what waits from before there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Box<Origin>>,
    },
    Edit(TeamPatch),
    /// From a namespace whose claim lapses: is it still wanted?
    Mine {
        namespace: String,
    },
    /// From an account whose joining was cut short: is it a member?
    Holds {
        account: AccountId,
    },
    /// From an account: what members see of it.
    Profile {
        account: AccountId,
        profile: Box<Profile>,
    },
    /// From an account that is being taken back: the API keys that it has made since.
    ApiKeysSince {
        account: AccountId,
        since: Timestamp,
    },
    /// From an account that was taken back: those end.
    EndApiKeys {
        account: AccountId,
        since: Timestamp,
        /// How often the account has been taken back; 0 in what waits from before that was counted.
        #[serde(default, skip_serializing_if = "super::account::is_zero")]
        take_backs: u64,
        origin: Origin,
    },
    /// From an account that goes: its private workspace goes too.
    Purge,
    /// From an account: what it holds here.
    Holding {
        account: AccountId,
    },
    /// From an account that leaves: nobody may come in where it is alone.
    Close {
        account: AccountId,
        attempt: AttemptId,
    },
    /// From an account that does not leave after all.
    Open {
        attempt: AttemptId,
    },
    /// From an account that is erased, with its emails as keyed hashes.
    Erase {
        account: AccountId,
        emails: Vec<String>,
    },
    /// From the email of an account that is erased: it was invited here.
    EraseEmail {
        email: String,
    },
    /// From the edge, for a call that is wrong in another way: may its caller do this at all?
    May {
        action: Action,
    },
    /// From the edge: a member may not read this.
    Refused {
        account: AccountId,
        action: Action,
    },
}

/// What stands after `Create`, `Mine` and `Holds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yes(pub bool);

pub fn create(draft: &mut Draft<'_>, context: &Context<'_>, id: TeamId, command: &Command) -> Result<(), Refusal> {
    let Command::Create { name, namespace, private, owner, profile, origin } = command else {
        return Err(Refusal::not_found());
    };
    context.only_system()?;
    if let Some(team) = draft.get(&key::team(id)) {
        let is_again = team.owner == *owner;
        return if is_again { Ok(()) } else { Err(Refusal::conflict("Another account has a team of this id.")) };
    }
    let now = draft.now();
    let record = TeamRecord {
        id,
        name: name.clone(),
        namespace: namespace.clone(),
        bio: String::new(),
        location: String::new(),
        website: String::new(),
        private: *private,
        owner: *owner,
        created: now,
        modified: now,
        closed: None,
    };
    let member = MemberRecord { account: *owner, role: Role::Owner, joined: now, profile: (**profile).clone() };
    let belongs = BelongsRecord { role: Role::Owner, private: *private, joined: now };
    draft.put(&key::team(id), &record);
    draft.put(&key::member(id, *owner), &member);
    draft.put(&key::belongs(*owner, id), &belongs);
    secret::make_team_key(draft, context, id)?;
    if !*private {
        let keep = super::namespace::Command::Keep { holder: super::namespace::Holder::Team(id) };
        draft.effect(call(ObjectName::Namespace(namespace.clone()), keep));
    }
    let event = audit::Event::of("team.create", id.as_str(), name);
    let asked = Context { origin: origin.as_deref().unwrap_or(context.origin), ..*context };
    audit::record_as(draft, &asked, owner.as_str(), &profile.shown_name(), &event);
    Ok(())
}

/// The parts of a patch that hold, or everything that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    name: Option<DisplayName>,
    pub namespace: Option<Namespace>,
    bio: Option<String>,
    location: Option<String>,
    website: Option<String>,
}

pub fn parse_edit(patch: &TeamPatch) -> Result<Edit, Refusal> {
    let mut issues: Vec<Issue> = vec![];
    let mut take = |issue: Issue| issues.push(issue);
    let TeamPatch { name, namespace, bio, location, website } = patch;
    let mut edit = Edit::default();
    if let Some(text) = name {
        field("name", DisplayName::parse(text)).map_or_else(&mut take, |name| edit.name = Some(name));
    }
    if let Some(text) = namespace {
        field("namespace", Namespace::parse(text)).map_or_else(&mut take, |name| edit.namespace = Some(name));
    }
    if let Some(text) = bio {
        field("bio", name::bio(text)).map_or_else(&mut take, |text| edit.bio = Some(text));
    }
    if let Some(text) = location {
        field("location", name::location(text)).map_or_else(&mut take, |text| edit.location = Some(text));
    }
    if let Some(text) = website {
        field("website", name::website(text)).map_or_else(&mut take, |text| edit.website = Some(text));
    }
    if issues.is_empty() { Ok(edit) } else { Err(Refusal::invalid(issues)) }
}

/// Whether this caller may make this edit of the team as it stands.
pub fn may_edit(
    draft: &Draft<'_>,
    context: &Context<'_>,
    id: TeamId,
    edit: &Edit,
) -> Result<(super::access::Permit, TeamRecord), Refusal> {
    let permit = permit(draft, context, id, Action::EditTeam)?;
    let (revision, team) = draft.versioned(&key::team(id)).ok_or_else(Refusal::not_found)?;
    context.expects(revision)?;
    if team.private && (edit.namespace.is_some() || edit.name.is_some()) {
        return Err(Refusal::conflict(
            "A private workspace is called what its account is. Change your username instead.",
        ));
    }
    if edit.namespace.as_ref().is_some_and(|namespace| namespace.as_str() != team.namespace) {
        budget::may_spend(draft, &budget::NAMESPACES)?;
    }
    Ok((permit, team))
}

/// Writes an edit whose namespace, if there is a new one, has been claimed.
pub fn edit(draft: &mut Draft<'_>, context: &Context<'_>, id: TeamId, edit: Edit) -> Result<Revised<Team>, Refusal> {
    let (permit, mut team) = may_edit(draft, context, id, &edit)?;
    let before = team.clone();
    let Edit { name, namespace, bio, location, website } = edit;
    if let Some(name) = name {
        team.name = name.into();
    }
    if let Some(namespace) = namespace.filter(|new| new.as_str() != before.namespace) {
        budget::spend_all(draft, &budget::NAMESPACES)?;
        namespace.as_str().clone_into(&mut team.namespace);
        let keep = super::namespace::Command::Keep { holder: super::namespace::Holder::Team(id) };
        let free = super::namespace::Command::Retire { holder: super::namespace::Holder::Team(id) };
        draft.effect(call(ObjectName::Namespace(namespace.into()), keep));
        draft.effect(call(ObjectName::Namespace(before.namespace.clone()), free));
    }
    team.bio = bio.unwrap_or(team.bio);
    team.location = location.unwrap_or(team.location);
    team.website = website.unwrap_or(team.website);
    if team != before {
        team.modified = draft.now();
        draft.put(&key::team(id), &team);
        let (old, new) = (profile_text(&before), profile_text(&team));
        let event = audit::Event::of("team.edit", id.as_str(), &team.name).change(&old, &new);
        audit::record(draft, context, &permit, &event);
    }
    let (revision, team) = draft.versioned(&key::team(id)).ok_or_else(Refusal::not_found)?;
    Ok(Revised { revision, value: team.into() })
}

fn call(to: ObjectName, command: super::namespace::Command) -> Effect {
    Effect::Call(to, Box::new(crate::object::Command::Namespace(command)))
}

/// What the audit log says of a profile.
#[derive(Serialize)]
struct ProfileText<'a> {
    bio: &'a str,
    location: &'a str,
    name: &'a str,
    namespace: &'a str,
    website: &'a str,
}

fn profile_text(team: &TeamRecord) -> String {
    let TeamRecord { bio, location, name, namespace, website, .. } = team;
    json::to_string(&ProfileText { bio, location, name, namespace, website }).unwrap_or_default()
}

/// The commands that only other objects send.
pub fn from_system(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: TeamId,
    command: &Command,
) -> Result<Yes, Refusal> {
    context.only_system()?;
    match command {
        Command::Mine { namespace } => {
            Ok(Yes(draft.get(&key::team(id)).is_some_and(|team| team.namespace == *namespace)))
        }
        Command::Holds { account } => Ok(Yes(draft.get(&key::member(id, *account)).is_some())),
        Command::Profile { account, profile } => {
            let Some(mut member) = draft.get(&key::member(id, *account)) else { return Ok(Yes(false)) };
            // A profile older than the one that stands is late, not new.
            if profile.revision > member.profile.revision {
                rename_private(draft, context, id, &member, &profile.username);
                let was_deactivated = core::mem::replace(&mut member.profile, (**profile).clone()).deactivated;
                draft.put(&key::member(id, *account), &member);
                if member.profile.deactivated != was_deactivated {
                    deactivation::heard(draft, context, id, *account, !was_deactivated);
                }
            }
            Ok(Yes(true))
        }
        Command::Purge => {
            erasure::take_down(draft, id);
            Ok(Yes(true))
        }
        Command::EndApiKeys { account, since, take_backs, origin } => {
            api_key::end_since(draft, context, id, (*account, *since, *take_backs), origin);
            api_key::note_taken_back(draft, id, *account, *take_backs);
            Ok(Yes(true))
        }
        Command::Open { attempt } => {
            deactivation::open(draft, id, Some(*attempt));
            Ok(Yes(true))
        }
        Command::Erase { account, emails } => {
            erasure::erase(draft, context, id, *account, emails)?;
            Ok(Yes(true))
        }
        Command::EraseEmail { email } => {
            erasure::erase_email(draft, context, id, email)?;
            Ok(Yes(true))
        }
        Command::Refused { account, action } => {
            super::refused::count(draft, *account, *action);
            Ok(Yes(true))
        }
        Command::Create { .. }
        | Command::Edit(_)
        | Command::May { .. }
        | Command::Holding { .. }
        | Command::ApiKeysSince { .. }
        | Command::Close { .. } => Err(Refusal::not_found()),
    }
}

/// A private workspace is called what its account is.
fn rename_private(draft: &mut Draft<'_>, context: &Context<'_>, id: TeamId, member: &MemberRecord, username: &str) {
    let Some(before) = draft.get(&key::team(id)).filter(|team| team.private && team.namespace != username) else {
        return;
    };
    let now = draft.now();
    let team =
        TeamRecord { name: username.to_owned(), namespace: username.to_owned(), modified: now, ..before.clone() };
    draft.put(&key::team(id), &team);
    let (old, new) = (profile_text(&before), profile_text(&team));
    let event = audit::Event::of("team.edit", id.as_str(), username).change(&old, &new);
    audit::record_as(draft, context, member.account.as_str(), &member.profile.shown_name(), &event);
}
