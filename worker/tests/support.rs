//! Actors for tests: people and programs that use the API of a world in memory.

use guildhall_shared::path;
use guildhall_worker::{
    features::limits::budget,
    http::{
        Dialect,
        message::{self, Body, Request, header},
        router,
        serve::serve,
    },
    mail::Letter,
    object::{Caller, Class, Command, CommandResult, Envelope, IdOf, ObjectName, Origin},
    product::Guildhall,
    store::memory::{MemoryEdge, Snapshot, World},
};
use http::{HeaderMap, HeaderName, Method, header::AsHeaderName};
use serde_json::{Value, json};
use std::{rc::Rc, sync::OnceLock};

pub const SITE: &str = "https://guildhall.test";

pub const PASSWORD: &str = "tall-mule-pond-7";

/// Runs a test on one thread, with the runtime's clock paused: sleeping takes no time.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

/// Lets everything that goes on after an answer come to rest.
pub async fn idle(world: &Rc<World>) {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    world.drain().await;
}

/// Lets the replica follow a change, with the second that KV wants between two puts of a key.
pub async fn landed() {
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// The status is this one; else the test fails with the body.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// It is an error of this status and code, exactly `{code, message}` and perhaps `issues`.
    #[track_caller]
    pub fn refuses(self, status: u16, code: &str) -> Self {
        let body = self.json();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{}", self.text);
        let fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(fields.iter().all(|field| ["code", "message", "issues"].contains(field)), "{fields:?}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()));
        self
    }

    pub fn json(&self) -> Value {
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).unwrap() }
    }

    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        message::text(&self.headers, name)
    }

    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// Whoever waits hears of a budget, and the table of budgets, from which the API's document is made, says that this
/// operation counts in it.
fn is_known_limit((method, path): &(Method, String), reply: &Reply) {
    let (route, _) = router::find(method, path, Dialect::Contract).unwrap();
    let id = route.document.id;
    let limits = reply.header("ratelimit").unwrap_or_else(|| panic!("{id}: {}", reply.text));
    let is_told = |name: &str| limits.contains(&format!("\"{name}\";r="));
    let is_known = budget::ALL.iter().any(|budget| is_told(budget.name) && budget.operations.contains(&id));
    assert!(is_known, "the table of budgets does not have {id} in any of {limits}");
}

/// Somebody who calls the API: nobody, a person with a cookie, or a program with a key.
#[derive(Clone)]
pub struct Actor {
    pub world: Rc<World>,
    pub name: String,
    pub id: String,
    /// The private workspace.
    pub workspace: String,
    pub credential: Option<(HeaderName, String)>,
    pub headers: Vec<(String, String)>,
    pub base: &'static str,
}

impl Actor {
    /// Somebody without a credential.
    pub fn nobody(world: &Rc<World>) -> Self {
        Self {
            world: Rc::clone(world),
            name: "nobody".into(),
            id: String::new(),
            workspace: String::new(),
            credential: None,
            headers: vec![],
            base: "",
        }
    }

    /// The same actor with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// A program with this key.
    pub fn program(world: &Rc<World>, key: &str) -> Self {
        Self { credential: Some((header::AUTHORIZATION, format!("Bearer {key}"))), ..Self::nobody(world) }
    }

    /// Makes a call. After a change the replica has followed.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        let is_read = method == Method::GET || method == Method::HEAD;
        let reply = self.send_at_once(method, path, body).await;
        if !is_read {
            landed().await;
        }
        reply
    }

    /// Makes a call, and says nothing of what follows the answer.
    pub async fn send_at_once(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        let body: Vec<u8> = body.into();
        let mut headers = self.headers.clone();
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        let is_given = |name: &str| self.headers.iter().any(|(given, _)| given == name);
        if !body.is_empty() && !is_given("content-type") {
            add("content-type", "application/json");
        }
        if !is_given("cf-connecting-ip") {
            add("cf-connecting-ip", "192.0.2.1");
        }
        if let Some((name, value)) = &self.credential {
            add(name.as_str(), value);
        }
        let place = (method.clone(), path.split('?').next().unwrap_or_default().to_owned());
        // Every client writes a space like this.
        let path = format!("{}{path}", self.base).replace(' ', "%20");
        let body =
            if body.len() > guildhall_worker::http::serve::BODY_MAX { Body::TooLarge } else { Body::Whole(body) };
        let edge = Rc::new(MemoryEdge { world: Rc::clone(&self.world) });
        let mut request = Request::new(body);
        (*request.method_mut(), *request.uri_mut()) = (method, path.parse().unwrap());
        *request.headers_mut() = message::headers(headers);
        let (parts, text) = serve(edge, SITE, request).await.into_parts();
        let reply = Reply { status: parts.status.as_u16(), headers: parts.headers, text };
        if reply.status == 429 {
            is_known_limit(&place, &reply);
        }
        reply
    }

    pub async fn get(&self, path: impl AsRef<str>) -> Reply {
        self.send(Method::GET, path.as_ref(), "").await
    }

    pub async fn post(&self, path: impl AsRef<str>, body: Value) -> Reply {
        self.send(Method::POST, path.as_ref(), body.to_string()).await
    }

    pub async fn put(&self, path: impl AsRef<str>, body: Value) -> Reply {
        self.send(Method::PUT, path.as_ref(), body.to_string()).await
    }

    pub async fn patch(&self, path: impl AsRef<str>, body: Value) -> Reply {
        self.send(Method::PATCH, path.as_ref(), body.to_string()).await
    }

    /// A POST without a body.
    pub async fn post_nothing(&self, path: impl AsRef<str>) -> Reply {
        self.send(Method::POST, path.as_ref(), "").await
    }

    pub async fn delete(&self, path: impl AsRef<str>) -> Reply {
        self.send(Method::DELETE, path.as_ref(), "").await
    }

    /// Signs up, with the email unconfirmed.
    pub async fn unconfirmed(world: &Rc<World>, name: &str) -> Self {
        let body = json!({
            "email": format!("{name}@example.com"), "password": PASSWORD, "username": name, "firstName": name,
        });
        // An address of their own, so that only tests of the limits meet the limits.
        let somebody = Self::nobody(world).with("cf-connecting-ip", &format!("2001:db8::{name}"));
        let reply = somebody.post(path::SIGN_UP, body).await.is(201);
        Self::signed_in(world, name, &reply)
    }

    /// The actor behind an answer that set a cookie.
    pub fn signed_in(world: &Rc<World>, name: &str, reply: &Reply) -> Self {
        let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let session = reply.json();
        Self {
            name: name.to_owned(),
            id: session["user"]["id"].as_str().unwrap().to_owned(),
            workspace: session["user"]["teamMemberships"][0]["team"]["id"].as_str().unwrap().to_owned(),
            credential: Some((header::COOKIE, cookie)),
            ..Self::nobody(world)
        }
    }

    /// The same browser after an answer: the cookies that it set replace those of their names.
    pub fn following(&self, reply: &Reply) -> Self {
        let mut cookies: Vec<(String, String)> = vec![];
        let old = self.credential.iter().filter(|(name, _)| *name == header::COOKIE).map(|(_, line)| line.clone());
        let new = reply.headers.get_all(header::SET_COOKIE).iter().map(|line| {
            let line = line.to_str().unwrap();
            assert!(line.contains("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age="), "{line}");
            line.split(';').next().unwrap().to_owned()
        });
        for pair in old.flat_map(|line| line.split("; ").map(str::to_owned).collect::<Vec<_>>()).chain(new) {
            let (name, value) = pair.split_once('=').unwrap();
            cookies.retain(|(known, _)| known != name);
            cookies.push((name.to_owned(), value.to_owned()));
        }
        let line: Vec<String> = cookies.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        Self { credential: Some((header::COOKIE, line.join("; "))), ..self.clone() }
    }

    /// Signs up and confirms the email by the mailed link.
    pub async fn person(world: &Rc<World>, name: &str) -> Self {
        let person = Self::unconfirmed(world, name).await;
        let token = token_of(&last_mail(world, &format!("{name}@example.com")));
        person.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
        person
    }

    /// Makes a team and gives its id.
    pub async fn make_team(&self, namespace: &str) -> String {
        let reply = self.post(path::TEAMS, json!({ "name": namespace, "namespace": namespace })).await.is(201);
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes an API key in a team and gives the program that holds it.
    pub async fn make_key(&self, team: &str) -> Self {
        let reply = self.post(path::team_api_keys(team), json!({ "name": "key" })).await.is(201);
        let program = Self::program(&self.world, reply.json()["key"].as_str().unwrap());
        Self { name: format!("{}'s key", self.name), id: self.id.clone(), ..program }
    }

    /// Invites somebody, who accepts.
    pub async fn bring_in(&self, team: &str, other: &Self, is_admin: bool) {
        let emails = json!([format!("{}@example.com", other.name)]);
        let body = json!({ "emails": emails, "isAdmin": is_admin });
        let made = self.post(path::team_invitations(team), body).await.is(201).json();
        other.post(path::INVITATIONS_ACCEPT, json!({ "id": made[0]["id"] })).await.is(200);
    }
}

pub fn last_mail(world: &World, to: &str) -> Letter {
    world
        .letters
        .borrow()
        .iter()
        .rev()
        .find(|letter| letter.to == to)
        .unwrap_or_else(|| panic!("no mail to {to}"))
        .clone()
}

/// The token of a mail's link.
pub fn token_of(letter: &Letter) -> String {
    letter.links[0].split_once("#token=").unwrap().1.to_owned()
}

/// A team with everybody who can stand before it.
pub struct Cast {
    pub world: Rc<World>,
    pub team: String,
    pub owner: Actor,
    pub admin: Actor,
    pub member: Actor,
    pub stranger: Actor,
    pub nobody: Actor,
}

/// The cast as it was made once: credentials as their texts, in the order of its fields.
static CAST: OnceLock<(Snapshot, String, Vec<Saved>)> = OnceLock::new();

struct Saved {
    name: String,
    id: String,
    workspace: String,
    cookie: String,
}

impl Cast {
    /// The team "core" with its people, settled. Signing up is slow by design, so it is done once.
    pub async fn new() -> Self {
        if CAST.get().is_none() {
            let (world, team, people) = Self::make().await;
            let saved = people.into_iter().map(|Actor { name, id, workspace, credential, .. }| {
                let cookie = credential.map(|(_, cookie)| cookie).unwrap_or_default();
                Saved { name, id, workspace, cookie }
            });
            // Another test may have been faster with the same.
            let _ = CAST.set((world.snapshot(), team, saved.collect()));
        }
        let (snapshot, team, people) = CAST.get().unwrap();
        let world = snapshot.clone().world();
        let actor = |at: usize| {
            let Saved { name, id, workspace, cookie } = &people[at];
            Actor {
                name: name.clone(),
                id: id.clone(),
                workspace: workspace.clone(),
                credential: Some((header::COOKIE, cookie.clone())),
                ..Actor::nobody(&world)
            }
        };
        Self {
            team: team.clone(),
            owner: actor(0),
            admin: actor(1),
            member: actor(2),
            stranger: actor(3),
            nobody: Actor::nobody(&world),
            world,
        }
    }

    async fn make() -> (Rc<World>, String, Vec<Actor>) {
        let world = World::new(1);
        let owner = Actor::person(&world, "olive").await;
        let admin = Actor::person(&world, "adam").await;
        let member = Actor::person(&world, "mia").await;
        let stranger = Actor::person(&world, "sam").await;
        let team = owner.make_team("core").await;
        owner.bring_in(&team, &admin, true).await;
        owner.bring_in(&team, &member, false).await;
        world.drain().await;
        world.letters.borrow_mut().clear();
        (world, team, vec![owner, admin, member, stranger])
    }
}

/// Compares a text with the checked-in file, named from the Worker's folder; `UPDATE_GOLDEN=1` writes it.
#[track_caller]
pub fn golden(file: &str, text: &str) {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&place, text).unwrap();
        return;
    }
    let standing = std::fs::read_to_string(&place).unwrap_or_default();
    let differs = standing.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(standing == text, "{file} is out of date, first at {differs:?}; UPDATE_GOLDEN=1 writes it anew");
}

/// The object that owns the cast's team.
pub fn team_object(cast: &Cast) -> ObjectName {
    ObjectName::Team(cast.team.parse().unwrap())
}

/// The object that owns somebody's account.
pub fn account_object(actor: &Actor) -> ObjectName {
    ObjectName::Account(actor.id.parse().unwrap())
}

/// What an object says to a command by somebody.
pub async fn ask<C>(world: &Rc<World>, caller: Caller, to: &IdOf<C>, command: &C) -> CommandResult
where
    C: Command<On: Class<Product = Guildhall>>,
{
    let envelope = Envelope::by(caller, to, command, Origin::default()).unwrap();
    world.object(&envelope.to).handle(envelope.clone()).await.unwrap().answer
}

/// A public key of its own for each number, as a `.pub` file has it.
pub fn ssh_key(number: u8) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&[number; 32]).verifying_key();
    let blob = [b"\0\0\0\x0bssh-ed25519\0\0\0\x20".as_slice(), key.as_bytes()].concat();
    format!("ssh-ed25519 {}", guildhall_shared::base64::encode(&blob))
}
