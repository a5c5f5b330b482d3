//! API keys of a team.

use crate::{
    access::{self, Proof, ReadSet},
    error::{Error, Rejection},
    features::api_keys::api_key,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{Json, PageOf},
};
use guildhall_shared::{
    Action, Issue,
    api_key::{ApiKey, ApiKeyCreate, ORDERS},
    path,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, List, Nothing};
    let (team, id) = ("{team}", "{id}");
    vec![
        route!("listApiKeys", GET path::team_api_keys(team), Who::Team(Action::ReadOwnApiKeys), None => List(of::<ApiKey>()),
            "List API keys of a team. Your own, or everyone's with `all=true`, for admins.", list)
        .ordered(&ORDERS, "Only keys with each of these words in their name."),
        route!("createApiKey", POST path::team_api_keys(team), Who::RecentTeam(Action::MakeApiKey),
            Some(of::<ApiKeyCreate>()) => Json(201, of::<ApiKey>()),
            "Create an API key. The answer is the only one that holds the whole key.", create),
        route!("revokeApiKey", DELETE path::team_api_key(team, id), Who::Team(Action::RevokeOwnApiKey), None => Nothing(204),
            "Revoke an API key. Your own, or anyone's for admins. Programs that use it stop working at once.",
            revoke),
    ]
}

/// When a key was last used is in the primary only, so the team's object answers.
pub async fn list(call: &Call) -> Result<Answer, Error> {
    let all = match call.query("all") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Issue::new("all: Use true or false.").into()),
    };
    let action = if all { Action::ReadAllApiKeys } else { Action::ReadOwnApiKeys };
    let read = access::read_team(call, action, &|_| ReadSet::default()).await?;
    let page = call.page(&ORDERS)?;
    let command = api_key::List { all, page };
    let PageOf { items, next }: PageOf<Json> = read.ask(call, &command).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::MakeApiKey, Proof::Recent).await?;
    let body: ApiKeyCreate = call.json()?;
    let key = change.ask(call, &api_key::Create(body)).await?;
    Ok(Answer::raw(Answer::created(call), key))
}

pub async fn revoke(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::RevokeOwnApiKey, Proof::Any).await?;
    let id = call.param("id").parse().map_err(|_| Rejection::not_found())?;
    change.ask(call, &api_key::Revoke { id }).await?;
    Ok(Answer::nothing(call))
}
