//! Teams: list, create, get, edit.

use crate::{
    access::{self, Proof, ReadSet, actor::Credential, memberships},
    error::{Error, Rejection},
    features::teams::{link, record::TeamRecord, team},
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{Json, reply::Revised},
    store::key,
};
use guildhall_shared::{
    Action, Role, path,
    team::{Team, TeamCreate, TeamPatch, TeamSummary},
    text::lower,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Array, Json};
    let team = "{team}";
    vec![
        route!("listTeams", GET path::TEAMS, Who::SignedIn, None => Array(200, of::<TeamSummary>()),
            "List your teams. The private workspace comes first. An API key sees its own team only.", list),
        route!("createTeam", POST path::TEAMS, Who::Account, Some(of::<TeamCreate>()) => Json(201, of::<Team>()),
            "Create a team. You become its owner.", create),
        route!("getTeam", GET path::team(team), Who::Team(Action::ReadTeam), None => Json(200, of::<Team>()),
            "Get a team. Answers its profile.", get),
        route!("updateTeam", PATCH path::team(team), Who::Team(Action::EditTeam), Some(of::<TeamPatch>()) => Json(200, of::<Team>()),
            "Update a team. Fields that you leave out keep their values.", update),
    ]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let summaries = match &call.credential {
        Credential::None | Credential::WrongKey => return Err(Rejection::nobody().into()),
        Credential::Key(..) => {
            let key = access::read_key(call).await?;
            vec![summary(&key.team, key.member.role)]
        }
        Credential::Cookie(token, _) => {
            let read = access::read_account(call, ReadSet::default().list(&key::belongings(token.account))).await?;
            let mut others = memberships::named(call, &read.account, read.snapshot.rows).await?;
            others.sort_by_cached_key(|(_, team)| (lower(&team.name), team.id));
            let private = TeamSummary {
                id: read.account.workspace,
                name: read.account.username.clone(),
                namespace: read.account.username.clone(),
                is_private: true,
                is_admin: true,
                is_owner: true,
                dt_created: read.account.created,
            };
            let others = others.iter().map(|(belongs, team)| summary(team, belongs.role));
            std::iter::once(private).chain(others).collect()
        }
    };
    Ok(Answer::json(200, &summaries)?)
}

fn summary(team: &TeamRecord, role: Role) -> TeamSummary {
    TeamSummary {
        id: team.id,
        name: team.name.clone(),
        namespace: team.namespace.clone(),
        is_private: team.private,
        is_admin: role.is_admin(),
        is_owner: role == Role::Owner,
        dt_created: team.created,
    }
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    access::authenticate_or_refuse_key(call).await?;
    let TeamCreate { name, namespace } = call.json()?;
    let command = link::CreateTeam { name, namespace };
    let team = access::change_account(call, &command).await?;
    Ok(Answer::raw(Answer::created(call), team))
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    let read = access::read_team(call, Action::ReadTeam, &|id| ReadSet::default().key(&key::team(id))).await?;
    let (revision, team) = read.snapshot.versioned(&key::team(read.id))?.ok_or_else(Rejection::not_found)?;
    Ok(Answer::json(200, &Team::from(team))?.tagged(revision))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::EditTeam, Proof::Any).await?;
    let patch: TeamPatch = call.json()?;
    let Revised { revision, value }: Revised<Json> = change.ask(call, &team::EditTeam(patch)).await?.read_as()?;
    Ok(Answer::raw(200, value).tagged(revision))
}
