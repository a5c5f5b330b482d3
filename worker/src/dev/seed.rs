//! Data for development: a filled example team, and teams of any size. Made through the API itself,
//! so that it is what real use would have made; only bulk members have no account behind them.

use crate::{
    dev::{
        fill::{What, fill},
        mailbox,
    },
    error::InternalError,
    features::members::seed::Members,
    http::{
        message::{self, Body, header},
        serve::serve,
    },
    object::{Envelope, Origin},
    platform::{LiveEdge, Platform},
    store::Edge,
};
use data_encoding::HEXLOWER;
use futures_util::future::join_all;
use guildhall_shared::{TeamId, path};
use http::{HeaderName, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use std::rc::Rc;
use worker::Env;

/// What a load test or a browser test asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bulk {
    #[serde(default)]
    pub members: usize,
    #[serde(default)]
    pub secrets: usize,
    /// Up to a hundred for each member.
    #[serde(default)]
    pub api_keys: usize,
    #[serde(default)]
    pub audit_lines: usize,
    /// Whether members and keys are in the primary alone, which is much quicker. Their lists are the same.
    #[serde(default)]
    pub unreplicated: bool,
}

/// Members written in one command, and secrets under way at once.
const BATCH: usize = 250;

const ABREAST: usize = 8;

/// How often the mailbox is looked at, and the milliseconds between.
const MAIL_TRIES: usize = 200;

const MAIL_PAUSE: u64 = 25;

const PASSWORD: &str = "tall-mule-pond-7";

/// A person or a program that uses the API from inside.
struct Client {
    edge: Rc<dyn Edge>,
    site: String,
    address: String,
    credential: (HeaderName, String),
}

impl Client {
    fn new(edge: &Rc<dyn Edge>, site: &str) -> Result<Self, InternalError> {
        let mut bytes = [0; 8];
        edge.random(&mut bytes)?;
        // An address of its own, so that the limits per address do not meet the seeding.
        let address = format!("seed-{}", HEXLOWER.encode(&bytes));
        Ok(Self { edge: Rc::clone(edge), site: site.to_owned(), address, credential: (header::COOKIE, String::new()) })
    }

    async fn call(&mut self, method: Method, path: &str, body: &Value) -> Result<Value, InternalError> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("cf-connecting-ip", &self.address)
            .header(&self.credential.0, &self.credential.1)
            .body(Body::Whole(text.into_bytes()))
            .map_err(|why| InternalError::new(format!("seed: {path}: {why}")))?;
        let response = serve(Rc::clone(&self.edge), &self.site, request).await;
        if let Some(cookie) = message::text(response.headers(), header::SET_COOKIE) {
            self.credential = (header::COOKIE, cookie.split(';').next().unwrap_or_default().to_owned());
        }
        if !response.status().is_success() {
            return Err(InternalError::new(format!(
                "seed: {path} answered {}: {}",
                response.status(),
                response.body()
            )));
        }
        let body = response.body();
        if body.is_empty() { Ok(Value::Null) } else { Ok(crate::json::from_str(body)?) }
    }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Signs up someone and confirms the email with the mailed link.
async fn person(
    edge: &Rc<dyn Edge>,
    env: &Env,
    site: &str,
    name: &str,
    username: &str,
) -> Result<Client, InternalError> {
    let mut client = Client::new(edge, site)?;
    let email = format!("{username}@example.com");
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let body = json!({
        "email": email, "password": PASSWORD, "username": username, "firstName": first, "lastName": last,
    });
    client.call(Method::POST, path::SIGN_UP, &body).await?;
    let token = mailed_token(edge, env, &email, "/confirm-email").await?;
    client.call(Method::POST, path::CONFIRM_EMAIL, &json!({ "token": token })).await?;
    Ok(client)
}

/// The token of the mail to someone whose link leads to this page. Mail leaves after the answer to the call that it is about.
async fn mailed_token(edge: &Rc<dyn Edge>, env: &Env, email: &str, page: &str) -> Result<String, InternalError> {
    let kv = Platform::new(env.clone())?.kv()?;
    for _ in 0..MAIL_TRIES {
        let letters = mailbox::all(&kv).await?;
        let links = letters.iter().filter(|letter| letter.to == email).flat_map(|letter| &letter.links);
        let mut tokens = links.filter_map(|link| link.split_once(&format!("{page}#token=")));
        if let Some((_, token)) = tokens.next() {
            return Ok(token.to_owned());
        }
        edge.sleep(MAIL_PAUSE).await;
    }
    Err(InternalError::new("seed: the mail did not come"))
}

fn random_name(edge: &Rc<dyn Edge>, prefix: &str) -> Result<String, InternalError> {
    let mut bytes = [0; 4];
    edge.random(&mut bytes)?;
    Ok(format!("{prefix}-{}", HEXLOWER.encode(&bytes)))
}

/// A team of any size, its owner, and a key of the owner's.
pub async fn bulk(site: &str, env: &Env, edge: LiveEdge, bulk: &Bulk) -> Result<Value, InternalError> {
    let edge: Rc<dyn Edge> = Rc::new(edge);
    let username = random_name(&edge, "owner")?;
    let mut owner = person(&edge, env, site, "Olive Owner", &username).await?;
    let namespace = random_name(&edge, "bulk")?;
    let team = owner.call(Method::POST, path::TEAMS, &json!({ "name": "Bulk", "namespace": namespace })).await?;
    let id: TeamId = text(&team, "/id").parse().map_err(|_| InternalError::new("seed: no team"))?;
    let made = owner.call(Method::POST, &path::team_api_keys(id), &json!({ "name": "Seed" })).await?;
    let key = text(&made, "/key");
    let platform = Platform::new(env.clone())?;
    let filled = if bulk.unreplicated { bulk.members.saturating_sub(1) } else { 0 };
    fill(&platform, &id, What::Members, filled).await?;
    // The last one is written as any other, so that the team's roster follows.
    for from in (filled..bulk.members).step_by(BATCH) {
        let count = BATCH.min(bulk.members - from);
        let envelope = Envelope::system(&id, &Members { from, count }, Origin::default())?;
        if let Err(rejection) = platform.ask(envelope).await?.answer {
            return Err(InternalError::new(format!("seed: {}", rejection.message)));
        }
    }
    fill(&platform, &id, What::ApiKeys, bulk.api_keys).await?;
    fill(&platform, &id, What::AuditLines, bulk.audit_lines).await?;
    let numbers: Vec<usize> = (0..bulk.secrets).collect();
    for some in numbers.chunks(ABREAST) {
        let made = join_all(some.iter().map(|n| {
            let program = Client::new(&edge, site);
            let credential = (header::AUTHORIZATION, format!("Bearer {key}"));
            let body = json!({ "name": format!("SECRET_{n:05}"), "value": format!("value {n}") });
            async move {
                let mut program = Client { credential, ..program? };
                program.call(Method::POST, &path::team_secrets(id), &body).await
            }
        }));
        made.await.into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    Ok(json!({
        "team": { "id": id, "namespace": namespace }, "key": key,
        "ownerEmail": format!("{username}@example.com"), "ownerPassword": PASSWORD,
    }))
}

/// A small team that looks lived in. Its people can sign in.
pub async fn demo(site: &str, env: &Env, edge: LiveEdge) -> Result<Value, InternalError> {
    let edge: Rc<dyn Edge> = Rc::new(edge);
    let people = [("Ana Moreau", "ana"), ("Bo Lindqvist", "bo"), ("Chidi Okafor", "chidi"), ("Dana Weiss", "dana")];
    let (name, username) = people[0];
    let Ok(mut ana) = person(&edge, env, site, name, username).await else {
        // The demonstration stands already.
        return Ok(sign_ins(&people));
    };
    let team = ana.call(Method::POST, path::TEAMS, &json!({ "name": "Core", "namespace": "core" })).await?;
    let id = text(&team, "/id");
    let profile =
        json!({ "bio": "The team behind the renderer.", "location": "Lyon", "website": "https://example.com" });
    ana.call(Method::PATCH, &path::team(&id), &profile).await?;
    for (name, value) in [("HF_TOKEN", "hf-example"), ("REGISTRY_PASSWORD", "example"), ("S3_SECRET_KEY", "example")] {
        ana.call(Method::POST, &path::team_secrets(&id), &json!({ "name": name, "value": value })).await?;
    }
    ana.call(Method::POST, &path::team_api_keys(&id), &json!({ "name": "Nightly build" })).await?;
    for (at, (name, username)) in people.iter().enumerate().skip(1) {
        let invite = json!({ "emails": [format!("{username}@example.com")], "isAdmin": at == 1 });
        let mut joiner = person(&edge, env, site, name, username).await?;
        ana.call(Method::POST, &path::team_invitations(&id), &invite).await?;
        let accept = json!({ "token": mailed_token(&edge, env, &format!("{username}@example.com"), "/invitations/accept").await? });
        joiner.call(Method::POST, path::INVITATIONS_ACCEPT, &accept).await?;
    }
    let invite = json!({ "emails": ["erin@example.com"], "isAdmin": false });
    ana.call(Method::POST, &path::team_invitations(&id), &invite).await?;
    Ok(sign_ins(&people))
}

fn sign_ins(people: &[(&str, &str)]) -> Value {
    let sign_in = |(name, username): &(&str, &str)| json!({ "name": name, "email": format!("{username}@example.com"), "password": PASSWORD });
    json!({ "team": "core", "signIns": people.iter().map(sign_in).collect::<Vec<_>>() })
}
