//! A request and a response, as far as this server knows HTTP. The `http` crate checks again what the
//! platform has checked, with as much code as all handlers of a resource.

use http::Method;

/// The names of headers.
pub mod header {
    pub const AUTHORIZATION: &str = "authorization";
    pub const ACCEPT: &str = "accept";
    pub const CACHE_CONTROL: &str = "cache-control";
    pub const CONTENT_LENGTH: &str = "content-length";
    pub const CONTENT_TYPE: &str = "content-type";
    pub const COOKIE: &str = "cookie";
    pub const DATE: &str = "date";
    pub const ETAG: &str = "etag";
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";
    pub const IF_MATCH: &str = "if-match";
    pub const IF_NONE_MATCH: &str = "if-none-match";
    pub const LINK: &str = "link";
    pub const LOCATION: &str = "location";
    pub const ORIGIN: &str = "origin";
    pub const RATE_LIMIT: &str = "ratelimit";
    pub const RATE_LIMIT_POLICY: &str = "ratelimit-policy";
    pub const RETRY_AFTER: &str = "retry-after";
    pub const SET_COOKIE: &str = "set-cookie";
    pub const WWW_AUTHENTICATE: &str = "www-authenticate";
}

/// Names in lower case and their values.
#[derive(Debug, Clone, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A body as it came, or the news that it was too large.
pub enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

pub struct Request {
    pub method: Method,
    /// With the query, as the platform has parsed it.
    pub path: String,
    pub headers: Headers,
    pub body: Body,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}
