//! A team: its making, its profile, and what the namespace and the account ask of it.

use crate::{
    access::{asked::Permit, policy::permit},
    error::Rejection,
    features::{
        accounts::record::Profile,
        audit,
        limits::budget,
        teams::{
            namespace::{Keep, Retire},
            record::{Holder, TeamRecord},
        },
    },
    json,
    object::{self, Command, Origin, context::Context, reply::Revised},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Action, TeamId,
    name::{DisplayName, Namespace},
    team::{Team, TeamPatch},
};
use serde::{Deserialize, Serialize};

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

/// The parts of a patch that hold, or everything that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub name: Option<DisplayName>,
    pub namespace: Option<Namespace>,
    pub bio: Option<String>,
    pub location: Option<String>,
    pub website: Option<String>,
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
    type Reply = bool;
    const NAME: &'static str = "team.mine";
}

/// From an account whose joining was cut short: is it a member?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holds {
    pub account: AccountId,
}

impl Command for Holds {
    type On = object::Team;
    type Reply = bool;
    const NAME: &'static str = "team.holds";
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

/// Whether this caller may make this edit of the team as it is.
pub fn may_edit(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: TeamId,
    edit: &Edit,
) -> Result<(Permit, TeamRecord), Rejection> {
    let permit = permit(tx, context, id, Action::EditTeam)?;
    let (revision, team) = tx.versioned(&key::team(id)).ok_or_else(Rejection::not_found)?;
    context.expects(revision)?;
    if team.private && (edit.namespace.is_some() || edit.name.is_some()) {
        return Err(Rejection::conflict(
            "A private workspace is called what its account is. Change your username instead.",
        ));
    }
    if edit.namespace.as_ref().is_some_and(|namespace| namespace.as_str() != team.namespace) {
        budget::may_spend(tx, &budget::NAMESPACES)?;
    }
    Ok((permit, team))
}

/// Writes an edit whose namespace, if there is a new one, has been claimed.
pub fn edit(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: TeamId,
    edit: Edit,
) -> Result<Revised<Team>, Rejection> {
    let (permit, mut team) = may_edit(tx, context, id, &edit)?;
    let before = team.clone();
    let Edit { name, namespace, bio, location, website } = edit;
    if let Some(name) = name {
        team.name = name.into();
    }
    if let Some(namespace) = namespace.filter(|new| new.as_str() != before.namespace) {
        budget::spend_all(tx, &budget::NAMESPACES)?;
        namespace.as_str().clone_into(&mut team.namespace);
        tx.call(&namespace.into(), &Keep { holder: Holder::Team(id) });
        tx.call(&before.namespace, &Retire { holder: Holder::Team(id) });
    }
    team.bio = bio.unwrap_or(team.bio);
    team.location = location.unwrap_or(team.location);
    team.website = website.unwrap_or(team.website);
    if team != before {
        team.modified = tx.now();
        tx.put(&key::team(id), &team);
        let (old, new) = (profile_text(&before), profile_text(&team));
        let event = audit::Event::of("team.edit", id.as_str(), &team.name).change(&old, &new);
        audit::record(tx, context, &permit, &event);
    }
    let (revision, team) = tx.versioned(&key::team(id)).ok_or_else(Rejection::not_found)?;
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

pub fn profile_text(team: &TeamRecord) -> String {
    let TeamRecord { bio, location, name, namespace, website, .. } = team;
    json::to_string(&ProfileText { bio, location, name, namespace, website }).unwrap_or_default()
}
