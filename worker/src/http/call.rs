//! A request as handlers see it: parsed, with its credential read and its origin noted.

use crate::{
    access::{actor::Credential, changed},
    credentials::secret::Purpose,
    error::{Error, Rejection},
    http::{
        body,
        condition::Tags,
        message::{self, header},
        request_log::Seen,
        route::{Route, of},
    },
    object::{Idempotency, Origin, left::Left},
    store::Edge,
};
use guildhall_shared::{Issue, Timestamp, page::Page};
use http::{HeaderMap, Method, header::AsHeaderName};
use serde::de::DeserializeOwned;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Characters of an `Idempotency-Key`.
const IDEMPOTENCY_KEY_MAX: usize = 255;

/// Which shape answers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Bare arrays, 201 and 204: the contract's.
    Contract,
    /// Pages with `items`, 200 throughout.
    Page,
}

pub struct Call {
    pub edge: Rc<dyn Edge>,
    pub route: &'static Route,
    pub method: Method,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub origin: Origin,
    pub credential: Credential,
    pub dialect: Dialect,
    /// What is left of the budgets that the call was counted in.
    pub limits: RefCell<Vec<Left>>,
    /// Whether the answer is one that was kept for this `Idempotency-Key`.
    pub replayed: Cell<bool>,
    /// Whether the account's object has said in this call that the session is alive, and whether it said so of a recent
    /// sign-in.
    pub authenticated: Cell<Option<bool>>,
    /// When the session ends whose end this call has slid: the browser's cookie is to last as long.
    pub slid: Cell<Option<Timestamp>>,
    /// What the log will say of the call.
    pub seen: Rc<Seen>,
}

impl Call {
    /// Has the answer say what is left of a budget.
    pub fn note_limit(&self, left: Left) {
        let mut limits = self.limits.borrow_mut();
        limits.retain(|known| known.name != left.name);
        limits.push(left);
    }

    /// A part of the path, as the route's pattern names it.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        message::text(&self.headers, name)
    }

    /// The body as the route's type, or everything that is wrong with it.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        debug_assert_eq!(
            self.route.document.body,
            Some(of::<T>()),
            "a handler reads another type than its route names"
        );
        Ok(body::read(self.route, &self.body)?)
    }

    /// The part of a list that was asked for.
    pub fn page(&self, fields: &[&str]) -> Result<Page, Error> {
        let query = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Ok(Page::parse(query, fields).map_err(Rejection::invalid)?)
    }

    /// Whether the replica may still lack what this caller has changed.
    pub fn has_changed(&self) -> bool {
        changed::is_recent(&self.credential.name(), self.edge.now())
    }

    /// Has what this caller reads within the next minute, and later in this call, come from the primary.
    pub fn note_change(&self) {
        let caller = self.credential.name();
        if !caller.is_empty() {
            changed::note(caller, self.edge.now());
        }
    }

    /// Whether the answer has to come from the primary.
    pub fn wants_primary(&self) -> bool {
        self.has_changed() || self.says_no_cache()
    }

    /// Whether the caller asks for the primary.
    pub fn says_no_cache(&self) -> bool {
        self.header(header::CACHE_CONTROL).is_some_and(|value| value.to_ascii_lowercase().contains("no-cache"))
    }

    /// The revisions in `If-Match`; `None` where there is none or any will do.
    pub fn if_match(&self) -> Result<Option<Vec<u64>>, Error> {
        let Some(text) = self.header(header::IF_MATCH).filter(|_| self.method != Method::GET) else { return Ok(None) };
        let tags = Tags::read(text).ok_or_else(|| {
            Issue::new("If-Match: Send the ETag of an answer with its quotes, several with commas between them, or *.")
        })?;
        Ok(tags.revisions())
    }

    /// Whether the caller has this revision already.
    pub fn has(&self, etag: &str) -> bool {
        self.header(header::IF_NONE_MATCH).and_then(Tags::read).is_some_and(|tags| tags.hold(etag))
    }

    /// The `Idempotency-Key`, bound to the caller, the route and the body. Reading takes none.
    pub fn idempotency(&self) -> Result<Option<Idempotency>, Error> {
        if self.method == Method::GET {
            return Ok(None);
        }
        let Some(key) = self.header(header::IDEMPOTENCY_KEY) else { return Ok(None) };
        let is_plain = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > IDEMPOTENCY_KEY_MAX || !is_plain {
            let why = format!(
                "Idempotency-Key: Use 1 to {IDEMPOTENCY_KEY_MAX} letters, digits and signs of ASCII, without spaces."
            );
            return Err(Issue::new(why).into());
        }
        let installation = self.edge.installation();
        let bound = format!("{}\n{} {}\n{key}", self.credential.name(), self.method, self.path);
        let body = String::from_utf8_lossy(&self.body);
        Ok(Some(Idempotency {
            key: installation.mac(Purpose::Idempotency, &bound),
            body: installation.mac(Purpose::Idempotency, &body),
        }))
    }
}
