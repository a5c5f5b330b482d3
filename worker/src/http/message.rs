//! Requests and responses: the types of `http`, with what they carry here.

use http::{HeaderMap, HeaderName, HeaderValue, header::AsHeaderName};

/// The names of headers: those of `http`, and newer ones.
pub mod header {
    pub use http::header::*;

    pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
    pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
    pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
    pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
    pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
}

/// A body as it came, or the news that it was too large.
pub enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

pub type Request = http::Request<Body>;

pub type Response = http::Response<String>;

/// Headers out of names and values as the platform has them. Controls, which no header may have, are left out.
pub fn headers<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let value: String = value.as_ref().chars().filter(|c| !c.is_control() || *c == '\t').collect();
        if let (Ok(name), Ok(value)) = (name.as_ref().parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            // Fails only beyond thousands of headers, which no platform passes on.
            let _ = headers.try_append(name, value);
        }
    }
    headers
}

/// A header as text, which need not be ASCII.
pub fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| str::from_utf8(value.as_bytes()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_across_as_it_is_but_for_controls() {
        let headers = headers([("user-agent", "é\u{1}x\t"), ("Cookie", "a=1"), ("cookie", "b=2"), ("no name", "x")]);
        assert_eq!(text(&headers, "user-agent"), Some("éx\t"));
        assert_eq!(headers.get_all(header::COOKIE).iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!((headers.len(), text(&headers, header::ORIGIN)), (3, None));
    }
}
