//! The HTTP client: one request goes out, and its answer or a failure comes back. It sends nothing twice, opens no dialog
//! and knows nobody; `call` does what follows from an answer.

use super::failure::{Failure, Proof};
use crate::browser;
use gloo_net::http::{Method, RequestBuilder, Response};
use guildhall_shared::{AccountId, ApiError, session::ACCOUNT_HEADER};
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

/// Milliseconds that an answer may take, its body included.
const PATIENCE: u32 = 30_000;

pub struct Request<'a> {
    pub method: &'a Method,
    pub path: &'a str,
    pub body: Option<&'a str>,
    pub if_match: Option<&'a str>,
    pub key: Option<&'a str>,
    /// The account that it is sent as.
    pub account: Option<AccountId>,
    /// Whether the primary is asked, in place of the replica.
    pub of_primary: bool,
}

/// An answer whose body is still to come, with what ends it.
pub struct Sent {
    response: Response,
    signal: Option<AbortSignal>,
}

/// An answer before it is read.
pub struct Raw {
    pub text: String,
    pub status: u16,
    pub id: Option<String>,
    pub etag: Option<String>,
    /// The path of the next page.
    pub next: Option<String>,
}

impl Raw {
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.text).map_err(|_| Failure::unreadable(self.status, self.id.clone()))
    }
}

impl Request<'_> {
    pub async fn send(self, left: Option<AbortSignal>) -> Result<Sent, Failure> {
        let signal = patient(left);
        let mut builder = RequestBuilder::new(self.path)
            .method(self.method.clone())
            .header("accept", "application/json")
            .abort_signal(signal.as_ref());
        if self.of_primary {
            builder = builder.header("cache-control", "no-cache");
        }
        if let Some(account) = self.account {
            builder = builder.header(ACCOUNT_HEADER, account.as_str());
        }
        if let Some(etag) = self.if_match {
            builder = builder.header("if-match", etag);
        }
        if let Some(key) = self.key {
            builder = builder.header("idempotency-key", key);
        }
        let request = match self.body {
            Some(body) => builder.header("content-type", "application/json").body(body),
            None => builder.build(),
        };
        let request = request.map_err(|_| Failure::unreachable())?;
        match request.send().await {
            Ok(response) => Ok(Sent { response, signal }),
            Err(_) => Err(broken(signal.as_ref())),
        }
    }
}

impl Sent {
    fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name)
    }

    /// When the server answered, by its clock.
    pub fn date(&self) -> Option<String> {
        self.header("date")
    }

    /// The answer of a call that went well; any other is a failure.
    pub async fn succeeded(self) -> Result<Self, Failure> {
        if self.response.ok() {
            return Ok(self);
        }
        let (status, id) = (self.response.status(), self.header("x-request-id"));
        let proof = (status == 401).then(|| proof_wanted(&self.header("www-authenticate").unwrap_or_default()));
        let text = self.response.text().await.unwrap_or_default();
        let failure = match serde_json::from_str::<ApiError>(&text) {
            Ok(error) => Failure::answered(error, status, id),
            Err(_) => Failure::unreadable(status, id),
        };
        Err(Failure { proof, ..failure })
    }

    pub async fn read(self) -> Result<Raw, Failure> {
        let (etag, id) = (self.header("etag"), self.header("x-request-id"));
        let next = self.header("link").as_deref().and_then(next_target).and_then(browser::own_address);
        let status = self.response.status();
        let text = self.response.text().await.map_err(|_| broken(self.signal.as_ref()))?;
        Ok(Raw { text, status, id, etag, next })
    }
}

/// What a 401 asks for, by its `WWW-Authenticate` header.
fn proof_wanted(header: &str) -> Proof {
    match header.contains("insufficient_user_authentication") {
        true if header.contains("second-factor") => Proof::Factor,
        true => Proof::Recent,
        false => Proof::SignIn,
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
        return Failure::unreachable();
    };
    let name = js_sys::Reflect::get(&signal.reason(), &"name".into()).ok().and_then(|name| name.as_string());
    if name.as_deref() == Some("TimeoutError") { Failure::late() } else { Failure::aborted() }
}

/// The target of `rel="next"` in a `Link` header.
fn next_target(header: &str) -> Option<&str> {
    let link = header.split(',').find(|link| link.contains("rel=\"next\""))?;
    Some(link.split_once('<')?.1.split_once('>')?.0)
}

#[cfg(test)]
mod tests {
    use super::{Proof, next_target, proof_wanted};

    #[test]
    fn a_401_says_what_is_to_be_proved() {
        assert_eq!(proof_wanted("Session"), Proof::SignIn);
        assert_eq!(proof_wanted(""), Proof::SignIn);
        assert_eq!(proof_wanted("Session error=\"insufficient_user_authentication\""), Proof::Recent);
        let factor = "Session error=\"insufficient_user_authentication\", acr_values=\"second-factor\"";
        assert_eq!(proof_wanted(factor), Proof::Factor);
    }

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let header = "</first>; rel=\"first\", </v1/things?after=a%2Cb>; rel=\"next\"";
        assert_eq!(next_target(header), Some("/v1/things?after=a%2Cb"));
        assert_eq!(next_target("</first>; rel=\"first\""), None);
        assert_eq!(next_target("rel=\"next\""), None);
    }
}
