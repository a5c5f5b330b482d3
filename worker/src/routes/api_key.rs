//! API keys of a team.

use crate::{
    auth::access::{self, Proof, Want},
    domain::api_key::{self},
    error::{Error, Refusal},
    layer::{Answer, Call},
    object::{Json, Listed},
};
use guildhall_shared::{Action, Issue, api_key::ApiKeyCreate};

/// When a key was last used stands in the primary only, so the team's object answers.
pub async fn list(call: &Call) -> Result<Answer, Error> {
    let all = match call.query("all") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Issue::new("all: Use true or false.").into()),
    };
    let action = if all { Action::ReadAllApiKeys } else { Action::ReadOwnApiKeys };
    let read = access::read_team(call, action, &|_| Want::default()).await?;
    let page = call.page("dtCreated")?;
    let command = api_key::List { all, page };
    let Listed { items, next }: Listed<Json> = read.ask(call, &command).await?.read_as()?;
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
    let id = call.param("id").parse().map_err(|_| Refusal::not_found())?;
    change.ask(call, &api_key::Revoke { id }).await?;
    Ok(Answer::nothing(call))
}
