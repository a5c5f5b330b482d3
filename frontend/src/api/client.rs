//! One way to the server: sends a call, reads its answer or its error, asks the person to prove who
//! they are where the server wants that, and then goes on with the same call.

use super::{
    failure::{Failure, Kind},
    submission,
};
use crate::{
    browser, clock,
    state::{fresh, network, prompt, prompt::Proof, session, ticking},
};
use gloo_net::http::{Method, RequestBuilder, Response};
use guildhall_shared::{ApiError, path, session::ACCOUNT_HEADER};
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use std::pin::Pin;
use web_sys::{AbortController, AbortSignal};

/// Milliseconds that an answer may take, its body included.
const PATIENCE: u32 = 30_000;

/// What came, with what travels in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    pub value: T,
    pub etag: Option<String>,
    /// The path of the next page.
    pub next: Option<String>,
}

/// Ends what it was given to when its owner goes.
#[derive(Clone)]
pub struct Abort(Option<SendWrapper<AbortController>>);

impl Abort {
    pub fn new() -> Self {
        Self(AbortController::new().ok().map(SendWrapper::new))
    }

    pub fn end(&self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }

    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(|controller| controller.signal())
    }
}

/// A call under way.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// An answer before it is read.
struct Raw {
    text: String,
    status: u16,
    id: Option<String>,
    etag: Option<String>,
    next: Option<String>,
}

/// An answer whose body is still to come, with what ends it and the key of what it made.
struct Sent {
    response: Response,
    signal: Option<AbortSignal>,
    key: Option<String>,
}

pub struct Call {
    method: Method,
    path: String,
    body: Option<String>,
    if_match: Option<String>,
    abort: Option<Abort>,
    /// Whether something is made, which must not happen twice.
    makes: bool,
    /// Whether the primary is asked.
    fresh: bool,
    /// Whether a 401 is an answer like others, as it is to a sign-in.
    bare: bool,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            body: None,
            if_match: None,
            abort: None,
            makes: false,
            fresh: false,
            bare: false,
        }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// A `POST` that makes something: sent again after a lost answer, it makes no second one.
    pub fn create(path: impl Into<String>) -> Self {
        Self { makes: true, ..Self::post(path) }
    }

    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub fn body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).ok();
        self
    }

    pub fn if_match(mut self, etag: Option<String>) -> Self {
        self.if_match = etag;
        self
    }

    pub fn abort(mut self, abort: &Abort) -> Self {
        self.abort = Some(abort.clone());
        self
    }

    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The answer's body, read.
    pub fn read<T: DeserializeOwned + 'static>(self) -> Reply<Answer<T>> {
        Box::pin(async move {
            let Raw { text, status, id, etag, next } = self.text().await?;
            let value = serde_json::from_str(&text).map_err(|_| Failure::unreadable(status, id))?;
            Ok(Answer { value, etag, next })
        })
    }

    /// The answer's body alone.
    pub fn value<T: DeserializeOwned + 'static>(self) -> Reply<T> {
        let answer = self.read();
        Box::pin(async move { answer.await.map(|answer| answer.value) })
    }

    /// The answer's body, or what more the server asks for first (202).
    pub fn value_or_more<T: DeserializeOwned + 'static, M: DeserializeOwned + 'static>(self) -> Reply<Result<T, M>> {
        Box::pin(async move {
            let Raw { text, status, id, .. } = self.text().await?;
            let read = match status {
                202 => serde_json::from_str(&text).map(Err),
                _ => serde_json::from_str(&text).map(Ok),
            };
            read.map_err(|_| Failure::unreadable(status, id))
        })
    }

    /// What is the same for every type of answer.
    fn text(self) -> Reply<Raw> {
        Box::pin(async move {
            let Sent { response, signal, key } = self.send().await?;
            let header = |name| response.headers().get(name);
            let (etag, id) = (header("etag"), header("x-request-id"));
            let next = header("link").as_deref().and_then(next_page);
            let status = response.status();
            let text = response.text().await.map_err(|_| broken(signal.as_ref()))?;
            key.as_deref().into_iter().for_each(submission::answered);
            Ok(Raw { text, status, id, etag, next })
        })
    }

    /// That it went well; the body does not matter.
    pub fn done(self) -> Reply<()> {
        Box::pin(async move { self.send().await.map(drop) })
    }

    async fn send(self) -> Result<Sent, Failure> {
        let key = self.makes.then(|| submission::key(&self.path, self.body.as_deref()));
        let mut asked = false;
        loop {
            let (response, signal) = self.once(key.as_deref()).await?;
            if response.ok() {
                if self.method != Method::GET && !self.bare {
                    fresh::changed();
                }
                return Ok(Sent { response, signal, key });
            }
            if response.status() == 401 && !self.bare {
                let wanted = response.headers().get("www-authenticate").unwrap_or_default();
                let recent = wanted.contains("insufficient_user_authentication");
                // The cookie turns over where somebody proves who they are, and this call may have left with the
                // one before. It was refused and nothing was done, so it may go again.
                if !recent && !std::mem::replace(&mut asked, true) && session::goes_on().await {
                    continue;
                }
                let proof = match recent {
                    true if wanted.contains("second-factor") => Proof::Factor,
                    true => Proof::Recent,
                    false => Proof::SignIn,
                };
                if prompt::ask(proof).await {
                    continue;
                }
                return Err(Failure::declined());
            }
            // A server that failed may have done it before.
            if response.status() < 500 {
                key.as_deref().into_iter().for_each(submission::answered);
            }
            let of_team = matches!(response.status(), 403 | 404) && self.path.starts_with(path::TEAMS);
            let failure = failure(response).await;
            // What a change was to do is told where it was typed.
            if self.method == Method::GET && failure.is_of_other_account() {
                session::changed();
            } else if of_team {
                // Somebody may have been removed, or have another role by now: then the whole page is another.
                session::doubt().await;
            }
            return Err(failure);
        }
    }

    async fn once(&self, key: Option<&str>) -> Result<(Response, Option<AbortSignal>), Failure> {
        let signal = patient(self.abort.as_ref().and_then(Abort::signal));
        let mut builder = RequestBuilder::new(&self.path)
            .method(self.method.clone())
            .header("accept", "application/json")
            .abort_signal(signal.as_ref());
        if self.method == Method::GET && (self.fresh || fresh::wanted()) {
            builder = builder.header("cache-control", "no-cache");
        }
        // What was typed as one account is not done as another, to which another tab may have signed in.
        if let Some(session) = session::session_now() {
            builder = builder.header(ACCOUNT_HEADER, session.user.id.as_str());
        }
        if let Some(etag) = &self.if_match {
            builder = builder.header("if-match", etag);
        }
        if let Some(key) = key {
            builder = builder.header("idempotency-key", key);
        }
        let request = match &self.body {
            Some(body) => builder.header("content-type", "application/json").body(body.as_str()),
            None => builder.build(),
        };
        let request = request.map_err(|_| Failure::unreachable())?;
        match request.send().await {
            Ok(response) => {
                network::reached(true);
                if response.headers().get("date").is_some_and(|date| clock::learn(&date)) {
                    ticking::catch_up();
                }
                Ok((response, signal))
            }
            Err(_) => Err(broken(signal.as_ref())),
        }
    }
}

/// Ends with the page that asks, and when patience does. A browser that cannot do both does the first.
fn patient(left: Option<AbortSignal>) -> Option<AbortSignal> {
    let known = js_sys::Reflect::get(&js_sys::global(), &"AbortSignal".into()).unwrap_or_default();
    if !js_sys::Reflect::get(&known, &"any".into()).is_ok_and(|any| any.is_function()) {
        return left;
    }
    let late = AbortSignal::timeout_with_u32(PATIENCE);
    Some(match left {
        Some(left) => AbortSignal::any(&js_sys::Array::of2(&left, &late)),
        None => late,
    })
}

/// Why no answer came, or only half of one.
fn broken(signal: Option<&AbortSignal>) -> Failure {
    let Some(signal) = signal.filter(|signal| signal.aborted()) else {
        network::reached(false);
        return Failure::unreachable();
    };
    let name = js_sys::Reflect::get(&signal.reason(), &"name".into()).ok().and_then(|name| name.as_string());
    if name.as_deref() == Some("TimeoutError") { Failure::late() } else { Failure::aborted() }
}

async fn failure(response: Response) -> Failure {
    let id = response.headers().get("x-request-id");
    let status = response.status();
    let error = response.text().await.ok().and_then(|text| serde_json::from_str::<ApiError>(&text).ok());
    match error {
        Some(error) => Failure::answered(error, id),
        None => Failure { kind: Kind::Unreadable, ..Failure::unreadable(status, id) },
    }
}

/// The path of `rel="next"` in a `Link` header, on this origin.
fn next_page(header: &str) -> Option<String> {
    let link = header.split(',').find(|link| link.contains("rel=\"next\""))?;
    let target = link.split_once('<')?.1.split_once('>')?.0;
    browser::own_address(target)
}
