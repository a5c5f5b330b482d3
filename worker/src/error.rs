//! What can go wrong: a rejection (a code for programs, a sentence for people) or an internal error (a text for the log).
//! Only this file logs: once for each error, and never a token, cookie, email or body.

use crate::{json, object::left::Left};
pub use guildhall_kernel::InternalError;
use guildhall_shared::{ApiError, Code, Issue};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, ops::Deref};

/// Why a command was rejected. Nothing was written. Boxed to keep `Result` small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rejection(Box<Reason>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub code: Code,
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
    /// Seconds until the caller may try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// Whether the caller may try again after a new sign-in (RFC 9470).
    #[serde(default)]
    pub recent: bool,
    /// The same, with a second factor.
    #[serde(default)]
    pub factor: bool,
    /// What is left of the rate limit that counted the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Left>,
}

impl Deref for Rejection {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}

impl Rejection {
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into().into_owned();
        Self(Box::new(Reason {
            code,
            message,
            issues: vec![],
            retry_after: None,
            recent: false,
            factor: false,
            limit: None,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Reason)) -> Self {
        change(&mut self.0);
        self
    }

    pub fn invalid(issues: Vec<Issue>) -> Self {
        let message = issues.iter().map(|issue| issue.message.as_str()).collect::<Vec<_>>().join(" ");
        Self::new(Code::BadRequest, message).with(|reason| reason.issues = issues)
    }

    pub fn nobody() -> Self {
        Self::new(Code::Unauthorized, "You must be logged in to access this method.")
    }

    pub fn not_recent() -> Self {
        let message = "Enter your password again: your last sign-in is over 15 minutes ago.";
        Self::new(Code::Unauthorized, message).with(|reason| reason.recent = true)
    }

    pub fn no_recent_factor() -> Self {
        let message = "Enter your second factor again: a code of your authenticator app, a recovery code or a passkey.";
        Self::new(Code::Unauthorized, message).with(|reason| (reason.recent, reason.factor) = (true, true))
    }

    pub fn unauthorized(message: &'static str) -> Self {
        Self::new(Code::Unauthorized, message)
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "Not found")
    }

    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Conflict, message)
    }

    pub fn bad(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    pub fn stale() -> Self {
        Self::new(
            Code::PreconditionFailed,
            "Somebody changed this in the meantime. Load it again, then repeat your change.",
        )
    }

    pub fn too_many(message: impl Into<Cow<'static, str>>, retry_after_millis: i64) -> Self {
        let retry_after = Some((retry_after_millis + 999) / 1000);
        Self::new(Code::TooManyRequests, message).with(|reason| reason.retry_after = retry_after)
    }
}

impl Rejection {
    /// Adds what is left of the rate limit that counted the call.
    #[must_use]
    pub fn limited(self, left: Left) -> Self {
        self.with(|reason| reason.limit = Some(left))
    }
}

impl From<Issue> for Rejection {
    fn from(issue: Issue) -> Self {
        Self::invalid(vec![issue])
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    Rejection(Rejection),
    InternalError(InternalError),
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejection(rejection)
    }
}

impl From<Issue> for Error {
    fn from(issue: Issue) -> Self {
        Rejection::from(issue).into()
    }
}

impl From<InternalError> for Error {
    fn from(error: InternalError) -> Self {
        Self::InternalError(error)
    }
}

impl Error {
    /// The answer to the caller. An internal error goes to the log, under the request's id.
    pub fn answer(self, request_id: &str) -> Rejection {
        match self {
            Self::Rejection(rejection) => rejection,
            Self::InternalError(error) => {
                log(request_id, &error);
                let message = "Something failed on our side and nothing was lost. Try again in a minute.";
                Rejection::new(Code::InternalServerError, message)
            }
        }
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        let Reason { code, message, issues, retry_after: _, recent: _, factor: _, limit: _ } = *rejection.0;
        Self { code, message, issues }
    }
}

/// A line of the log.
#[derive(Serialize)]
struct Line<'a> {
    about: &'a str,
    inside: &'a str,
    level: &'a str,
}

/// Writes one line to the log. `about` is a request's id or an object's name.
pub fn log(about: &str, error: &InternalError) {
    let line = json::to_string(&Line { about, inside: error.inside(), level: "error" }).unwrap_or_default();
    #[cfg(target_arch = "wasm32")]
    worker::console_error!("{line}");
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("{line}");
}

/// Writes the line of a request to the log.
#[cfg(target_arch = "wasm32")]
pub fn log_request(line: &str) {
    worker::console_log!("{line}");
}

/// The rejection of a token that this installation did not issue, or issued for another purpose.
pub fn unread() -> Error {
    Issue::new("token: This link is not whole. Open it from the mail again.").into()
}
