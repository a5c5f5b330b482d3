//! From a request to a response: find the route, check, handle, add the headers that all answers have.

use super::{Answer, Call, Dialect, answer::unescape, guard};
use crate::{
    auth::{actor::Credential, secret::base36},
    error::{Error, Refusal},
    object::Origin,
    router,
    store::Edge,
};
use guildhall_shared::{Code, path};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use std::rc::Rc;

/// Bytes of a request's body.
pub const BODY_MAX: usize = 100_000;
/// Bytes of a path and its query.
const PATH_MAX: usize = 4_096;

/// A body as it came, or the news that it was too large.
pub enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

/// Scheme and host of an absolute address, and its path with the query. The platform has parsed the
/// address already, so there is nothing left to refuse; the `url` crate would be a tenth of the bundle.
pub fn split_url(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    let (site, rest) = url.split_at_checked(end).unwrap_or((url, ""));
    let path = rest.split('#').next().unwrap_or_default();
    (site, if path.is_empty() { "/" } else { path })
}

/// Answers a request. `site` is scheme and host of the console.
pub async fn serve(edge: Rc<dyn Edge>, site: &str, request: Request<Body>) -> Response<String> {
    let mut id = [0; 16];
    edge.random(&mut id);
    let request_id = base36(id);
    let answer = match answer(edge, site, request, &request_id).await {
        Ok(answer) => answer,
        Err(error) => Answer::refusal(error.answer(&request_id)),
    };
    respond(answer, &request_id)
}

async fn answer(edge: Rc<dyn Edge>, site: &str, request: Request<Body>, request_id: &str) -> Result<Answer, Error> {
    let (parts, body) = request.into_parts();
    let (full, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    if full.len() + query.len() > PATH_MAX {
        return Err(Refusal::not_found().into());
    }
    let (dialect, path) = match full.strip_prefix(path::PAGE_BASE) {
        Some(rest) => (Dialect::Page, format!("{}{rest}", path::BASE)),
        None => (Dialect::Contract, full.to_owned()),
    };
    let (route, params) = router::find(&parts.method, &path, dialect).ok_or_else(Refusal::not_found)?;
    let Body::Whole(body) = body else {
        let message = format!("A body has at most {BODY_MAX} bytes.");
        return Err(Refusal::new(Code::PayloadTooLarge, message).into());
    };
    let params: Option<Vec<_>> =
        params.into_iter().map(|(name, value)| Some((name, unescape(&value, false)?))).collect();
    let query: Option<Vec<_>> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescape(name, true)?, unescape(value, true)?))
        })
        .collect();
    let (Some(params), Some(query)) = (params, query) else {
        return Err(Refusal::bad("The address is not UTF-8 with percent-encoding.").into());
    };
    let credential = Credential::read(&edge.installation(), &parts.headers);
    let origin = origin(&parts.headers, site, request_id);
    let call = Call {
        edge,
        route,
        method: parts.method,
        path: full.to_owned(),
        params,
        query,
        headers: parts.headers,
        body,
        origin,
        credential,
        dialect,
    };
    guard::check(&call)?;
    (route.handler)(&call).await
}

fn origin(headers: &HeaderMap, site: &str, request_id: &str) -> Origin {
    let text = |name: &str, max: usize| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.chars().filter(|c| !c.is_control()).take(max).collect::<String>()
    };
    let address = text("cf-connecting-ip", 45);
    Origin {
        address: if address.is_empty() { "unknown".to_owned() } else { address },
        device: text("user-agent", 256),
        place: text("cf-ipcountry", 2),
        site: site.to_owned(),
        request_id: request_id.to_owned(),
    }
}

const FIXED: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "private, no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

fn respond(answer: Answer, request_id: &str) -> Response<String> {
    let Answer { status, body, headers } = answer;
    let mut response = Response::new(String::new());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let out = response.headers_mut();
    for (name, value) in FIXED {
        out.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        out.insert("x-request-id", id);
    }
    if body.is_some() {
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in headers {
        out.append(name, value);
    }
    *response.body_mut() = body.unwrap_or_default();
    response
}

#[cfg(test)]
mod tests {
    use super::split_url;

    #[test]
    fn an_address_is_its_site_and_its_path() {
        let site = "https://guildhall.test:8443";
        assert_eq!(split_url("https://guildhall.test:8443/v1/a%20b?x=/y#z"), (site, "/v1/a%20b?x=/y"));
        assert_eq!(split_url("https://guildhall.test:8443/"), (site, "/"));
        assert_eq!(split_url("https://guildhall.test:8443"), (site, "/"));
    }
}
