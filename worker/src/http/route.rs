//! What the table of routes says of each: method, path, who may, what goes in and out, and the handler. A feature gives its own
//! in its `http`; the router, the API document and the golden table of the tests are made from all of them.

use crate::{
    error::Error,
    http::{answer::Answer, call::Call},
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Action;
use http::Method;

pub type Handler = for<'c> fn(&'c Call) -> LocalBoxFuture<'c, Result<Answer, Error>>;

/// Who may call a route, as far as the table can say; the objects decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// The holder of the one-time token in the body.
    Bearer,
    /// A person with a session; API keys are refused.
    Account,
    /// The same, signed in within 15 minutes.
    RecentAccount,
    /// A person who signed in within 15 minutes, for a team's action; API keys are refused.
    RecentTeam(Action),
    /// A member of the team in the path whose role, and key, allow the action.
    Team(Action),
    /// A person or a key.
    SignedIn,
}

/// The name of a type of the wire, as the API document has it.
pub fn of<T>() -> &'static str {
    let path = core::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}

/// What a success answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Json(u16, &'static str),
    /// 200 with this or `null`.
    OrNull(&'static str),
    /// A bare array, with the next page in a `Link` header.
    List(&'static str),
    /// An array that is whole.
    Array(u16, &'static str),
    Nothing(u16),
}

pub struct Route {
    pub method: Method,
    pub pattern: String,
    pub who: Who,
    /// Whether the page dialect serves it too.
    pub pages: bool,
    pub handler: Handler,
    pub document: Document,
}

/// What the API document and the golden table say of a route.
pub struct Document {
    /// The name of the operation.
    pub id: &'static str,
    pub summary: &'static str,
    /// The type of the body.
    pub body: Option<&'static str>,
    pub reply: Reply,
    /// The fields that a list can be ordered by, first the one that it is ordered by where nobody asks.
    pub orders: &'static [&'static str],
    /// What `search` does, in a list that has it.
    pub search: Option<&'static str>,
}

impl Route {
    /// The page dialect serves it as well: the Team and Authentication API.
    #[must_use]
    pub fn on_pages(self) -> Self {
        Self { pages: true, ..self }
    }

    /// The fields that the list can be ordered by, the usual one first, and what `search` does.
    #[must_use]
    pub fn ordered(mut self, orders: &'static [&'static str], search: &'static str) -> Self {
        self.document.orders = orders;
        self.document.search = Some(search);
        self
    }
}

/// A route: its operation, method, path, who may, body, reply, summary and handler.
macro_rules! route {
    ($id:literal, $method:ident $pattern:expr, $who:expr, $body:expr => $reply:expr, $summary:literal, $handler:path) => {
        $crate::http::route::Route {
            method: http::Method::$method,
            pattern: $pattern.to_string(),
            who: $who,
            pages: false,
            handler: |call| Box::pin($handler(call)),
            document: $crate::http::route::Document {
                id: $id,
                summary: $summary,
                body: $body,
                reply: $reply,
                orders: &["dtCreated"],
                search: None,
            },
        }
    };
}

pub(crate) use route;
