//! Why a call brought nothing, with the sentence that a person reads.

use guildhall_shared::{ApiError, Code, session::OTHER_ACCOUNT};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The server answered with an error.
    Answered,
    /// No answer came.
    Unreachable,
    /// An answer came that this version of the console cannot read.
    Unreadable,
    /// The page that asked is gone.
    Aborted,
    /// The person did not prove who they are.
    Declined,
    /// The browser itself would not.
    Browser,
}

/// What the person is to prove before the server does what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// The last sign-in is too long ago for this.
    Recent,
    /// The last second factor is.
    Factor,
    /// The session has ended.
    SignIn,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    /// The status of the answer, where one came.
    pub status: Option<u16>,
    /// What a 401 asks for.
    pub proof: Option<Proof>,
    pub code: Code,
    pub message: String,
    /// What is wrong with which field: `field: sentence`.
    pub issues: Vec<String>,
    pub request_id: Option<String>,
}

impl Failure {
    pub fn answered(error: ApiError, status: u16, request_id: Option<String>) -> Self {
        let ApiError { code, message, issues } = error;
        let issues = issues.into_iter().map(|issue| issue.message).collect();
        let status = Some(status);
        Self { kind: Kind::Answered, status, proof: None, code, message, issues, request_id }
    }

    fn new(kind: Kind, code: Code, message: &str, request_id: Option<String>) -> Self {
        let message = message.to_owned();
        Self { kind, status: None, proof: None, code, message, issues: vec![], request_id }
    }

    pub fn unreachable() -> Self {
        let message = "The server cannot be reached. Check your connection, then try again.";
        Self::new(Kind::Unreachable, Code::Timeout, message, None)
    }

    pub fn late() -> Self {
        let message = "The server has not answered for half a minute. Try again; nothing is done twice.";
        Self::new(Kind::Unreachable, Code::Timeout, message, None)
    }

    pub fn unloaded() -> Self {
        let message = "This page couldn't load. Check your connection, then try again.";
        Self::new(Kind::Unreachable, Code::Timeout, message, None)
    }

    pub fn unreadable(status: u16, request_id: Option<String>) -> Self {
        let (code, message) = match status {
            429 => (Code::TooManyRequests, "Too many requests. Wait a minute, then try again."),
            500.. => (Code::InternalServerError, "The server failed. Try again in a moment."),
            _ => (
                Code::ParseError,
                "The server's answer does not fit this page. Load the page again, then repeat what you did.",
            ),
        };
        Self { status: Some(status), ..Self::new(Kind::Unreadable, code, message, request_id) }
    }

    pub fn aborted() -> Self {
        Self::new(Kind::Aborted, Code::ClientClosedRequest, "Stopped, because you left the page.", None)
    }

    /// What the browser would not do, in our words.
    pub fn of_browser(message: &str) -> Self {
        Self::new(Kind::Browser, Code::BadRequest, message, None)
    }

    pub fn declined() -> Self {
        let message = "Not done, because you did not prove that it is you. Try again when you are ready.";
        Self::new(Kind::Declined, Code::Unauthorized, message, None)
    }

    /// Whether the browser has signed in to another account than this page's.
    pub fn is_of_other_account(&self) -> bool {
        self.message == OTHER_ACCOUNT
    }

    /// Whether no server was there, rather than a slow one.
    pub fn is_unreachable(&self) -> bool {
        *self == Self::unreachable()
    }

    pub fn is(&self, code: Code) -> bool {
        self.code == code
    }
}
