//! Secrets of a team. A value comes in and never goes out.

use crate::{
    access::{self, Proof, ReadSet},
    error::{Error, Rejection},
    features::secrets::secret,
    http::{
        Answer, Call, Dialect,
        route::{Reply, Route, Who, of, route},
    },
    object::reply::Revised,
    store::{key, list},
};
use guildhall_shared::{
    Action, Timestamp,
    name::SecretName,
    path,
    secret::{ORDERS, Secret, SecretCreate, SecretUpdate},
};
use serde::Serialize;

pub fn routes() -> Vec<Route> {
    use Reply::{Json, List, Nothing};
    let (team, name) = ("{team}", "{name}");
    vec![
        route!("listTeamSecrets", GET path::team_secrets(team), Who::Team(Action::ReadSecretNames), None => List(of::<Secret>()),
            "List team secrets. Answers names and dates, never values.", list)
            .on_pages()
            .ordered(&ORDERS, "Only secrets with each of these words in their name."),
        route!("createTeamSecret", POST path::team_secrets(team), Who::Team(Action::WriteSecrets),
            Some(of::<SecretCreate>()) => Json(201, of::<Secret>()),
            "Create a team secret. The value is encrypted and no answer returns it.", create).on_pages(),
        route!("getTeamSecret", GET path::team_secret(team, name), Who::Team(Action::ReadSecretNames), None => Json(200, of::<Secret>()),
            "Get a team secret. Answers its name and dates, never its value.", get).on_pages(),
        route!("updateTeamSecret", PATCH path::team_secret(team, name), Who::Team(Action::WriteSecrets),
            Some(of::<SecretUpdate>()) => Json(200, of::<Secret>()),
            "Update a team secret. Replaces the value.", update).on_pages(),
        route!("deleteTeamSecret", DELETE path::team_secret(team, name), Who::Team(Action::WriteSecrets), None => Nothing(204),
            "Delete a team secret. This cannot be undone.", remove).on_pages(),
    ]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    let asked = call.page(&ORDERS).map(|page| (page, None));
    let query = access::query(asked.as_ref().ok());
    let want = |id| ReadSet::default().page(&key::secrets(id), query.clone());
    let read = access::read_team(call, Action::ReadSecretNames, &want).await?;
    let (page, _) = asked?;
    let (rows, next) = list::end(&page, &key::secrets(read.id), read.snapshot.rows);
    let secrets: Vec<Shown> = rows.iter().filter_map(secret::from_row).map(|secret| shown(call, secret)).collect();
    Ok(Answer::list(call, &secrets, next.as_ref())?)
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    // A name that cannot be is as missing as any other.
    let name = SecretName::parse(call.param("name")).ok();
    let of = |id| name.as_ref().map(|name| key::secret(id, name.as_str()));
    let want = |id| of(id).map_or_else(ReadSet::default, |key| ReadSet::default().key(&key));
    let read = access::read_team(call, Action::ReadSecretNames, &want).await?;
    let key = of(read.id).ok_or_else(Rejection::not_found)?;
    let (revision, record) = read.snapshot.versioned(&key)?.ok_or_else(Rejection::not_found)?;
    Ok(Answer::json(200, &shown(call, record.into()))?.tagged(revision))
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::WriteSecrets, Proof::Any).await?;
    let SecretCreate { name, value } = call.json()?;
    let command = secret::Create { name, value };
    let Revised { revision, value }: Revised<Secret> = change.ask(call, &command).await?.read()?;
    Ok(Answer::json(Answer::created(call), &shown(call, value))?.tagged(revision))
}

pub async fn update(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::WriteSecrets, Proof::Any).await?;
    let SecretUpdate { value } = call.json()?;
    let command = secret::Update { name: call.param("name").to_owned(), value };
    let Revised { revision, value }: Revised<Secret> = change.ask(call, &command).await?.read()?;
    Ok(Answer::json(200, &shown(call, value))?.tagged(revision))
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    let change = access::change_team(call, Action::WriteSecrets, Proof::Any).await?;
    let name = call.param("name").to_owned();
    change.ask(call, &secret::Delete { name: name.clone() }).await?;
    match call.dialect {
        Dialect::Contract => Ok(Answer::nothing(call)),
        Dialect::Page => Ok(Answer::json(200, &Removed { name: &name })?),
    }
}

/// A removal in the page dialect.
#[derive(Serialize)]
struct Removed<'a> {
    name: &'a str,
}

/// In the page dialect a secret says whether a deployment uses it; none runs here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    name: String,
    dt_created: Timestamp,
    dt_modified: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_deployment_attached: Option<bool>,
}

fn shown(call: &Call, secret: Secret) -> Shown {
    let Secret { name, dt_created, dt_modified } = secret;
    let has_deployment_attached = (call.dialect == Dialect::Page).then_some(false);
    Shown { name, dt_created, dt_modified, has_deployment_attached }
}
