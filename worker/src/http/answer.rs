//! Answers, in both dialects.

use crate::{
    error::{InternalError, Reason, Rejection},
    http::{
        call::{Call, Dialect},
        message::header,
    },
    json,
    object::{Json, left::Left},
};
use guildhall_shared::{ApiError, page::Cursor, text::percent_encoded};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// JSON, already written.
    pub body: Option<String>,
    pub headers: HeaderMap,
}

/// A list in the page dialect.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paged<'a, T> {
    has_more: bool,
    items: &'a [T],
    next_page: Option<String>,
}

impl Answer {
    pub fn json<T: Serialize>(status: u16, body: &T) -> Result<Self, InternalError> {
        Ok(Self { status, body: Some(json::to_string(body)?), headers: HeaderMap::new() })
    }

    /// What an object has written already.
    pub fn raw(status: u16, json: impl Into<Json>) -> Self {
        Self { status, body: Some(json.into().into_string()), headers: HeaderMap::new() }
    }

    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: Some(body.into()), headers: HeaderMap::new() }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, body: None, headers: HeaderMap::new() }
    }

    /// 204, and 200 with `{}` in the page dialect.
    pub fn nothing(call: &Call) -> Self {
        match call.dialect {
            Dialect::Contract => Self::empty(204),
            Dialect::Page => Self::text(200, "{}"),
        }
    }

    /// The status of something that was made: 201, and 200 in the page dialect.
    pub fn created(call: &Call) -> u16 {
        if call.dialect == Dialect::Contract { 201 } else { 200 }
    }

    /// A bare array with the next page in a `Link` header (RFC 8288), or a page.
    pub fn list<T: Serialize>(call: &Call, items: &[T], next: Option<&Cursor>) -> Result<Self, InternalError> {
        let next = next.map(ToString::to_string);
        if call.dialect == Dialect::Page {
            let page = Paged { has_more: next.is_some(), items, next_page: next };
            return Self::json(200, &page);
        }
        Ok(Self::json(200, &items)?.then(call, next.as_deref()))
    }

    /// Says where the next page is, in a `Link` header (RFC 8288).
    #[must_use]
    pub fn then(mut self, call: &Call, next: Option<&str>) -> Self {
        if let Some(next) = next {
            let others = call.query.iter().filter(|(name, _)| name != "after");
            let mut query: Vec<String> =
                others.map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value))).collect();
            query.push(format!("after={}", percent_encoded(next)));
            let link = format!("<{}?{}>; rel=\"next\"", call.path, query.join("&"));
            self = self.with(header::LINK, &link);
        }
        self
    }

    pub fn rejection(rejection: Rejection) -> Self {
        let Reason { retry_after, recent, factor, .. } = *rejection;
        let error = ApiError::from(rejection);
        let body = json::to_string(&error).ok();
        let mut answer = Self { status: error.code.status(), body, headers: HeaderMap::new() };
        if let Some(seconds) = retry_after {
            answer = answer.with(header::RETRY_AFTER, &seconds.to_string());
        }
        if recent {
            let challenge = "Session error=\"insufficient_user_authentication\", max_age=900";
            let which = if factor { ", acr_values=\"second-factor\"" } else { "" };
            answer = answer.with(header::WWW_AUTHENTICATE, &format!("{challenge}{which}"));
        } else if answer.status == 401 {
            answer = answer.with(header::WWW_AUTHENTICATE, "Bearer");
        }
        answer
    }

    /// Adds a header; a value that cannot be one is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if value.is_ascii()
            && let Ok(value) = HeaderValue::from_str(value)
        {
            self.headers.append(name, value);
        }
        self
    }

    /// What is left of the budgets that the call was counted in, as `draft-ietf-httpapi-ratelimit-headers-10` has it.
    #[must_use]
    pub fn limited(self, limits: &[Left]) -> Self {
        if limits.is_empty() {
            return self;
        }
        let list = |item: fn(&Left) -> String| limits.iter().map(item).collect::<Vec<_>>().join(", ");
        let policy = list(|limit| format!("\"{}\";q={};w={}", limit.name, limit.most, limit.window));
        let left = list(|limit| format!("\"{}\";r={};t={}", limit.name, limit.left, limit.more_in));
        self.with(header::RATE_LIMIT_POLICY, &policy).with(header::RATE_LIMIT, &left)
    }

    /// The revision that `If-Match` refers to.
    #[must_use]
    pub fn tagged(self, revision: u64) -> Self {
        self.with(header::ETAG, &format!("\"{revision}\""))
    }
}
