//! A team: its making, its profile, and what the namespace and the account ask of it.

use super::{
    Context,
    access::permit,
    account::Profile,
    audit, budget, deactivation,
    member::{BelongsRecord, MemberRecord},
    namespace::{Holder, Keep, Retire},
    secret,
};
use crate::{
    error::Refusal,
    json,
    object::{self, Command, Handler, Origin, Rule, rule, saga},
    store::{Draft, Rank, Record, key},
};
use guildhall_shared::{
    AccountId, Action, Issue, Role, TeamId, Timestamp,
    auth::field,
    id::AttemptId,
    name::{self, DisplayName, Namespace},
    team::{Team, TeamPatch},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] =
    &[rule::<Create>(), saga::<EditTeam>(), rule::<Mine>(), rule::<Holds>(), rule::<SetProfile>()];

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

/// What stands after `Create`, `Mine` and `Holds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yes(pub bool);

/// From the account object. Again is as good as once; from another account it is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Create {
    pub name: String,
    pub namespace: String,
    pub private: bool,
    pub owner: AccountId,
    pub profile: Box<Profile>,
    /// Where it was asked for; not in what waits from before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
}

impl Command for Create {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.create";
}

impl Rule for Create {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: TeamId) -> Result<(), Refusal> {
        let Self { name, namespace, private, owner, profile, origin } = self;
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
            draft.call(namespace, &Keep { holder: Holder::Team(id) });
        }
        let event = audit::Event::of("team.create", id.as_str(), name);
        let asked = Context { origin: origin.as_deref().unwrap_or(context.origin), ..*context };
        audit::record_as(draft, &asked, owner.as_str(), &profile.shown_name(), &event);
        Ok(())
    }
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditTeam(pub TeamPatch);

impl Command for EditTeam {
    type On = object::Team;
    type Reply = Revised<Team>;
    const NAME: &'static str = "team.edit";
}

/// From a namespace whose claim lapses: is it still wanted?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mine {
    pub namespace: String,
}

impl Command for Mine {
    type On = object::Team;
    type Reply = Yes;
    const NAME: &'static str = "team.mine";
}

impl Rule for Mine {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Yes, Refusal> {
        context.only_system()?;
        Ok(Yes(draft.get(&key::team(team)).is_some_and(|team| team.namespace == self.namespace)))
    }
}

/// From an account whose joining was cut short: is it a member?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holds {
    pub account: AccountId,
}

impl Command for Holds {
    type On = object::Team;
    type Reply = Yes;
    const NAME: &'static str = "team.holds";
}

impl Rule for Holds {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<Yes, Refusal> {
        context.only_system()?;
        Ok(Yes(draft.get(&key::member(team, self.account)).is_some()))
    }
}

/// From an account: what members see of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetProfile {
    pub account: AccountId,
    pub profile: Box<Profile>,
}

impl Command for SetProfile {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.profile";
}

impl Rule for SetProfile {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Refusal> {
        context.only_system()?;
        let Self { account, profile } = self;
        let Some(mut member) = draft.get(&key::member(team, *account)) else { return Ok(()) };
        // A profile older than the one that stands is late, not new.
        if profile.revision > member.profile.revision {
            rename_private(draft, context, team, &member, &profile.username);
            let was_deactivated = core::mem::replace(&mut member.profile, (**profile).clone()).deactivated;
            draft.put(&key::member(team, *account), &member);
            if member.profile.deactivated != was_deactivated {
                deactivation::heard(draft, context, team, *account, !was_deactivated);
            }
        }
        Ok(())
    }
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
        draft.call(&namespace.into(), &Keep { holder: Holder::Team(id) });
        draft.call(&before.namespace, &Retire { holder: Holder::Team(id) });
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
