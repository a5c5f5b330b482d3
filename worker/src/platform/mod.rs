//! The platform: KV as the replica, Durable Objects as the primaries, mail.

pub mod clock;
pub mod object;
mod table;

use crate::{
    credentials::secret::Installation,
    error::{InternalError, log, log_request},
    json::{self, Json},
    mail::Letter,
    object::{Envelope, Replied},
    product::Guildhall,
    store::{Edge, Listing, Names, Replica, Row, Runtime, Stored, edge::Fitness},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use js_sys::{Array, Function, JSON, Map, Object, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Context, Delay, Env, web_sys::Response};

/// The binding of KV.
const REPLICA: &str = "REPLICA";

/// The binding of the files that are deployed beside the Worker.
pub const ASSETS: &str = "ASSETS";

/// The binding that sends mail.
#[cfg(not(feature = "dev"))]
const MAIL: &str = "MAIL";

/// Keys in one bulk read of KV.
const BULK: usize = 100;

/// Keys in one list of KV.
const ROWS: f64 = 1000.0;

/// KV keeps nothing for less than a minute.
const TTL_MIN: i64 = 60_000;

thread_local! {
    static INSTALLATION: RefCell<Option<Rc<Installation>>> = const { RefCell::new(None) };
    static FITNESS: RefCell<Option<Fitness>> = const { RefCell::new(None) };
}

/// Reads the installation's keys once for each isolate.
pub fn installation(env: &Env) -> Result<Rc<Installation>, InternalError> {
    if let Some(known) = INSTALLATION.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let text = variable(env, "INSTALLATION_KEYS")
        .ok_or_else(|| InternalError::new("INSTALLATION_KEYS is not set. Put it with wrangler secret put."))?;
    let read = Rc::new(Installation::parse(&text)?);
    INSTALLATION.set(Some(Rc::clone(&read)));
    Ok(read)
}

/// A variable or a secret of the Worker.
pub fn variable(env: &Env, name: &str) -> Option<String> {
    Reflect::get(env, &name.into()).ok()?.as_string()
}

pub fn broken_js(about: &str) -> impl Fn(JsValue) -> InternalError + '_ {
    move |why| InternalError::new(format!("{about}: {}", js_error_message(&why)))
}

/// What JavaScript has thrown.
fn js_error_message(why: &JsValue) -> String {
    let message = Reflect::get(why, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| why.as_string()).unwrap_or_else(|| "it gives no reason".to_owned())
}

/// What a Worker and an object have in common.
pub struct Platform {
    pub env: Env,
    pub installation: Rc<Installation>,
}

impl Platform {
    pub fn new(env: Env) -> Result<Self, InternalError> {
        let installation = installation(&env)?;
        Ok(Self { env, installation })
    }

    #[cfg(feature = "dev")]
    pub fn kv(&self) -> Result<worker::KvStore, InternalError> {
        self.env.kv(REPLICA).map_err(|why| InternalError::new(format!("KV: {why}")))
    }

    pub async fn ask(&self, envelope: Envelope) -> Result<Replied, InternalError> {
        let (binding, name) = envelope.to.place();
        let text = json::to_string(&envelope)?;
        let (status, text) = post(self.env.as_ref(), binding, &name, &text).await.map_err(broken_js(binding))?;
        if status != 200 {
            return Err(InternalError::new(format!("{binding} answered {status}: {text}")));
        }
        Ok(json::from_str(&text)?)
    }

    /// Puts a record into KV, or takes it out.
    pub async fn replicate(&self, key: &str, value: Option<&Stored>) -> Result<(), InternalError> {
        let expires = value.and_then(|stored| stored.expires).map(clock::real);
        let gone = expires.is_some_and(|at| at - clock::real(clock::now()) <= TTL_MIN);
        let Some(stored) = value.filter(|_| !gone) else {
            return self.call_kv("delete", &[key.into()]).await.map(drop);
        };
        let options = PutOptions {
            metadata: stored.meta.clone().map(Json::parse).transpose()?,
            expiration: expires.map(|at| at / 1000),
        };
        let options = JSON::parse(&json::to_string(&options)?).map_err(broken_js("KV put"))?;
        self.call_kv("put", &[key.into(), stored.value.as_str().into(), options]).await.map(drop)
    }

    /// A page of names out of KV's list.
    pub async fn names(&self, prefix: &str, cursor: Option<&str>, most: usize) -> Result<Names, InternalError> {
        #[derive(Serialize)]
        struct Options<'a> {
            prefix: &'a str,
            limit: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            cursor: Option<&'a str>,
        }
        let failed = broken_js("KV list");
        let options = JSON::parse(&json::to_string(&Options { prefix, limit: most, cursor })?).map_err(&failed)?;
        let listed = self.call_kv("list", &[options]).await?;
        let text: String = JSON::stringify(&listed).map_err(&failed)?.into();
        let Listed { keys, list_complete, cursor } = json::from_str(&text)?;
        let names = keys.into_iter().map(|key| key.name).collect();
        Ok(Names { names, cursor: cursor.filter(|_| !list_complete) })
    }

    /// Calls a function of KV. The `worker` crate's own way would look into every value.
    fn call_kv(
        &self,
        name: &'static str,
        arguments: &[JsValue],
    ) -> LocalBoxFuture<'static, Result<JsValue, InternalError>> {
        let promise = Reflect::get(self.env.as_ref(), &REPLICA.into()).and_then(|kv| invoke(&kv, name, arguments));
        Box::pin(async move {
            await_promise(promise)
                .await
                .map_err(|why| InternalError::new(format!("KV {name}: {}", js_error_message(&why))))
        })
    }

    #[cfg(not(feature = "dev"))]
    pub async fn mail(&self, letter: Letter) -> Result<(), InternalError> {
        let from = variable(&self.env, "MAIL_FROM").ok_or_else(|| InternalError::new("MAIL_FROM is not set"))?;
        let Letter { to, subject, text, html, .. } = letter;
        let message = Object::new();
        let send = || {
            for (name, part) in [("from", from), ("to", to), ("subject", subject), ("text", text), ("html", html)] {
                Reflect::set(&message, &name.into(), &part.into())?;
            }
            invoke(&Reflect::get(self.env.as_ref(), &MAIL.into())?, "send", &[message.clone().into()])
        };
        // The failure's text may name the recipient, so it stays out of the log.
        await_promise(send()).await.map(drop).map_err(|_| InternalError::new("mail: the binding refused it"))
    }

    #[cfg(feature = "dev")]
    pub async fn mail(&self, letter: Letter) -> Result<(), InternalError> {
        crate::dev::mailbox::keep(&self.kv()?, &letter).await
    }
}

/// Calls a method of an object that JavaScript has. By `Reflect`: to a binding of another process, `apply` would be
/// the name of something over there.
pub(crate) fn invoke(of: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    Reflect::apply(&function, of, &arguments.iter().collect())
}

/// Boxed, so that what a call waits for is there once. What a binding gives may be another kind of promise.
pub(crate) fn await_promise(promise: Result<JsValue, JsValue>) -> LocalBoxFuture<'static, Result<JsValue, JsValue>> {
    Box::pin(async move { JsFuture::from(Promise::resolve(&promise?)).await })
}

/// Posts an envelope to an object, and gives the status and text of its answer.
async fn post(env: &JsValue, binding: &str, name: &str, text: &str) -> Result<(u16, String), JsValue> {
    let namespace = Reflect::get(env, &binding.into())?;
    let stub = invoke(&namespace, "getByName", &[name.into()])?;
    let init = Object::new();
    Reflect::set(&init, &"method".into(), &"POST".into())?;
    Reflect::set(&init, &"body".into(), &text.into())?;
    let response = fetch(&stub, &["http://object/".into(), init.into()]).await?;
    let text = await_promise(response.text().map(Into::into)).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

/// What a binding answers.
fn fetch(binding: &JsValue, arguments: &[JsValue]) -> LocalBoxFuture<'static, Result<Response, JsValue>> {
    let promise = invoke(binding, "fetch", arguments);
    Box::pin(async move { await_promise(promise).await?.dyn_into() })
}

pub fn random(bytes: &mut [u8]) -> Result<(), InternalError> {
    getrandom::fill(bytes).map_err(|_| InternalError::new("the platform gave no random bytes"))
}

pub fn sleep(millis: u64) -> LocalBoxFuture<'static, ()> {
    Box::pin(async move {
        Delay::from(Duration::from_millis(millis)).await;
    })
}

/// The stateless side of one request.
pub struct LiveEdge {
    platform: Platform,
    context: Context,
}

impl LiveEdge {
    pub fn new(env: Env, context: Context) -> Result<Self, InternalError> {
        Ok(Self { platform: Platform::new(env)?, context })
    }
}

impl Runtime<Guildhall> for LiveEdge {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        random(bytes)
    }

    fn installation(&self) -> Rc<Installation> {
        Rc::clone(&self.platform.installation)
    }

    fn call(&self, envelope: Envelope) -> LocalBoxFuture<'_, Result<Replied, InternalError>> {
        Box::pin(self.platform.ask(envelope))
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        self.context.wait_until(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        sleep(millis)
    }

    fn log(&self, about: &str, error: &InternalError) {
        log(about, error);
    }
}

/// What goes with a put.
#[derive(Serialize)]
struct PutOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Json>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<i64>,
}

/// What KV answers to a list.
#[derive(Deserialize)]
struct Listed {
    keys: Vec<ListedKey>,
    #[serde(default)]
    list_complete: bool,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct ListedKey {
    name: String,
    #[serde(default)]
    metadata: Option<Json>,
}

impl Replica for LiveEdge {
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, InternalError>> {
        Box::pin(async move {
            if let [key] = keys.as_slice() {
                let found = self.platform.call_kv("get", &[key.as_str().into(), "text".into()]).await?;
                return Ok(vec![found.as_string()]);
            }
            let mut values = Vec::with_capacity(keys.len());
            for some in keys.chunks(BULK) {
                let names: Array = some.iter().map(|key| JsValue::from_str(key)).collect();
                let found: Map =
                    self.platform.call_kv("get", &[names.clone().into(), "text".into()]).await?.unchecked_into();
                values.extend(names.iter().map(|name| found.get(&name).as_string()));
            }
            Ok(values)
        })
    }

    /// One crossing into JavaScript for the whole list: its JSON.
    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, InternalError>> {
        Box::pin(async move {
            let failed = broken_js("KV list");
            let options = Object::new();
            Reflect::set(&options, &"prefix".into(), &prefix.as_str().into()).map_err(&failed)?;
            Reflect::set(&options, &"limit".into(), &ROWS.into()).map_err(&failed)?;
            let listed = self.platform.call_kv("list", &[options.into()]).await?;
            let text: String = JSON::stringify(&listed).map_err(&failed)?.into();
            let Listed { keys, list_complete, .. } = json::from_str(&text)?;
            let row = |key: ListedKey| Row::new(key.name.get(prefix.len()..)?, key.metadata?);
            Ok(Listing { rows: keys.into_iter().filter_map(row).collect(), complete: list_complete })
        })
    }
}

impl Edge for LiveEdge {
    fn fitness(&self) -> Option<Fitness> {
        FITNESS.with_borrow(Clone::clone)
    }

    fn note_fitness(&self, fitness: Fitness) {
        FITNESS.set(Some(fitness));
    }

    fn log_request(&self, line: &str) {
        log_request(line);
    }

    fn file(&self, path: String) -> LocalBoxFuture<'_, Result<Vec<u8>, InternalError>> {
        Box::pin(async move {
            let failed = broken_js(ASSETS);
            let binding = Reflect::get(self.platform.env.as_ref(), &ASSETS.into()).map_err(&failed)?;
            let response = fetch(&binding, &[format!("http://assets{path}").into()]).await.map_err(&failed)?;
            if response.status() != 200 {
                return Err(InternalError::new(format!("{path} answered {}", response.status())));
            }
            let bytes = await_promise(response.array_buffer().map(Into::into)).await.map_err(&failed)?;
            Ok(Uint8Array::new(&bytes).to_vec())
        })
    }
}
