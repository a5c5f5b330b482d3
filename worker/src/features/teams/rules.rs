//! The rules of teams: making one, editing it, hearing of its members.

use crate::{
    error::Rejection,
    features::{
        audit, deactivation,
        members::record::{BelongsRecord, MemberRecord},
        secrets::secret,
        teams::{
            namespace::Keep,
            record::{Holder, TeamRecord},
            team::{self, Create, Edit, EditTeam, Holds, Mine, SetProfile},
        },
    },
    object::{Handler, Rule, context::Context, rule, saga},
    store::{Transaction, key},
};
use guildhall_shared::{
    Issue, Role, TeamId,
    auth::field,
    name::{self, DisplayName, Namespace},
    team::TeamPatch,
};

pub const COMMANDS: &[Handler] =
    &[rule::<Create>(), saga::<EditTeam>(), rule::<Mine>(), rule::<Holds>(), rule::<SetProfile>()];

impl Rule for Create {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: TeamId) -> Result<(), Rejection> {
        let Self { name, namespace, private, owner, profile, origin } = self;
        context.only_system()?;
        if let Some(team) = tx.get(&key::team(id)) {
            let is_again = team.owner == *owner;
            return if is_again { Ok(()) } else { Err(Rejection::conflict("Another account has a team of this id.")) };
        }
        let now = tx.now();
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
        tx.put(&key::team(id), &record);
        tx.put(&key::member(id, *owner), &member);
        tx.put(&key::belongs(*owner, id), &belongs);
        secret::make_team_key(tx, context, id)?;
        if !*private {
            tx.call(namespace, &Keep { holder: Holder::Team(id) });
        }
        let event = audit::Event::of("team.create", id.as_str(), name);
        let asked = Context { origin: origin.as_deref().unwrap_or(context.origin), ..*context };
        audit::record_as(tx, &asked, owner.as_str(), &profile.shown_name(), &event);
        Ok(())
    }
}

impl Rule for Mine {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<bool, Rejection> {
        context.only_system()?;
        Ok(tx.get(&key::team(team)).is_some_and(|team| team.namespace == self.namespace))
    }
}

impl Rule for Holds {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<bool, Rejection> {
        context.only_system()?;
        Ok(tx.get(&key::member(team, self.account)).is_some())
    }
}

impl Rule for SetProfile {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        let Self { account, profile } = self;
        let Some(mut member) = tx.get(&key::member(team, *account)) else { return Ok(()) };
        // A profile older than the one that stands is late, not new.
        if profile.revision > member.profile.revision {
            rename_private(tx, context, team, &member, &profile.username);
            let was_deactivated = core::mem::replace(&mut member.profile, (**profile).clone()).deactivated;
            tx.put(&key::member(team, *account), &member);
            if member.profile.deactivated != was_deactivated {
                deactivation::rules::heard(tx, context, team, *account, !was_deactivated);
            }
        }
        Ok(())
    }
}

pub fn parse_edit(patch: &TeamPatch) -> Result<Edit, Rejection> {
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
    if issues.is_empty() { Ok(edit) } else { Err(Rejection::invalid(issues)) }
}

/// A private workspace is called what its account is.
fn rename_private(tx: &mut Transaction<'_>, context: &Context<'_>, id: TeamId, member: &MemberRecord, username: &str) {
    let Some(before) = tx.get(&key::team(id)).filter(|team| team.private && team.namespace != username) else {
        return;
    };
    let now = tx.now();
    let team =
        TeamRecord { name: username.to_owned(), namespace: username.to_owned(), modified: now, ..before.clone() };
    tx.put(&key::team(id), &team);
    let (old, new) = (team::profile_text(&before), team::profile_text(&team));
    let event = audit::Event::of("team.edit", id.as_str(), username).change(&old, &new);
    audit::record_as(tx, context, member.account.as_str(), &member.profile.shown_name(), &event);
}
