//! A call to the server, one for each function of a resource: what is sent, how the answer is read, and what follows
//! where the answer is no success. The client sends; what a call needs of the console around it, the root gives.

use super::{
    Failure,
    client::{Raw, Request, Sent},
    failure::Proof,
    fresh, submission,
};
use crate::clock;
use gloo_net::http::Method;
use guildhall_shared::{AccountId, path};
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use std::{cell::RefCell, pin::Pin, rc::Rc};
use web_sys::{AbortController, AbortSignal};

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

/// Something that the console around a call does for it, which may take a while.
pub type Doing<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the console around calls knows and does for them. By itself nothing follows from an answer.
pub trait Around {
    /// The account that the page is of, where someone is signed in.
    fn account(&self) -> Option<AccountId> {
        None
    }

    /// Whether the server could be reached.
    fn reached(&self, _now: bool) {}

    /// The server's clock is another than was thought.
    fn clock_moved(&self) {}

    /// Whether the person of the page is signed in with the cookie that the browser has now.
    fn goes_on(&self) -> Doing<bool> {
        Box::pin(async { false })
    }

    /// Has the person prove who they are; whether they did.
    fn prove(&self, _proof: Proof) -> Doing<bool> {
        Box::pin(async { false })
    }

    /// The browser has signed in to another account than the page's.
    fn other_account(&self) {}

    /// Someone may have been removed from a team, or have another role by now.
    fn doubt(&self) -> Doing<()> {
        Box::pin(async {})
    }
}

struct Alone;

impl Around for Alone {}

thread_local! {
    static AROUND: RefCell<Rc<dyn Around>> = RefCell::new(Rc::new(Alone));
}

/// To be called once, by the root.
pub fn install(around: Rc<dyn Around>) {
    AROUND.set(around);
}

fn around() -> Rc<dyn Around> {
    AROUND.with_borrow(Rc::clone)
}

/// Notes where no server was there.
fn noted(failure: Failure) -> Failure {
    if failure.is_unreachable() {
        around().reached(false);
    }
    failure
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
            let raw = self.raw().await?;
            Ok(Answer { value: raw.value()?, etag: raw.etag, next: raw.next })
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
            let Raw { text, status, id, .. } = self.raw().await?;
            let read = match status {
                202 => serde_json::from_str(&text).map(Err),
                _ => serde_json::from_str(&text).map(Ok),
            };
            read.map_err(|_| Failure::unreadable(status, id))
        })
    }

    /// The answer before it is read: what is the same for every type of answer.
    pub fn raw(self) -> Reply<Raw> {
        Box::pin(async move {
            let (sent, key) = self.send().await?;
            let raw = sent.read().await.map_err(noted)?;
            key.as_deref().into_iter().for_each(submission::answered);
            Ok(raw)
        })
    }

    /// That it went well; the body does not matter.
    pub fn done(self) -> Reply<()> {
        Box::pin(async move { self.send().await.map(drop) })
    }

    /// Sends, and once more where the person has proved what was asked for. The answer comes with the key of what it
    /// made.
    async fn send(self) -> Result<(Sent, Option<String>), Failure> {
        let key = self.makes.then(|| submission::key(&self.path, self.body.as_deref()));
        let mut asked = false;
        loop {
            let failure = match self.once(key.as_deref()).await {
                Ok(sent) => {
                    if self.method != Method::GET && !self.bare {
                        fresh::changed();
                    }
                    return Ok((sent, key));
                }
                Err(failure) => failure,
            };
            if let Some(proof) = failure.proof.filter(|_| !self.bare) {
                // The cookie turns over where someone proves who they are, and this call may have left with the one
                // before. It was refused and nothing was done, so it may go again.
                let first = proof == Proof::SignIn && !std::mem::replace(&mut asked, true);
                if first && around().goes_on().await || around().prove(proof).await {
                    continue;
                }
                return Err(Failure::declined());
            }
            if let Some(status) = failure.status {
                // A server that failed may have done it before.
                if status < 500 {
                    key.as_deref().into_iter().for_each(submission::answered);
                }
                self.follow(status, &failure).await;
            }
            return Err(failure);
        }
    }

    /// What a refusal says of more than the call.
    async fn follow(&self, status: u16, failure: &Failure) {
        // What a change was to do is told where it was typed.
        if self.method == Method::GET && failure.is_of_other_account() {
            around().other_account();
        } else if matches!(status, 403 | 404) && self.path.starts_with(path::TEAMS) {
            // Then the whole page is another.
            around().doubt().await;
        }
    }

    async fn once(&self, key: Option<&str>) -> Result<Sent, Failure> {
        let request = Request {
            method: &self.method,
            path: &self.path,
            body: self.body.as_deref(),
            if_match: self.if_match.as_deref(),
            key,
            // What was typed as one account is not done as another, to which another tab may have signed in.
            account: around().account(),
            of_primary: self.method == Method::GET && (self.fresh || fresh::wanted()),
        };
        let sent = request.send(self.abort.as_ref().and_then(Abort::signal)).await.map_err(noted)?;
        around().reached(true);
        if sent.date().is_some_and(|date| clock::learn(&date)) {
            around().clock_moved();
        }
        sent.succeeded().await
    }
}
